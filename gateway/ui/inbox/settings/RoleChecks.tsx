// The roles to choose from, each with what it allows. Must not know whose they are.

import type { Role } from '../api/types';
import { ROLE_HINTS, ROLES } from '../core/words';
import { CheckField } from '../parts/Field';

const ALL: readonly Role[] = ['owner', 'admin', 'editor', 'analyst', 'agent', 'viewer'];

export function RoleChecks({ roles, set }: { roles: readonly Role[]; set: (roles: Role[]) => void }) {
  const toggle = (role: Role, on: boolean): void => set(ALL.filter((one) => (one === role ? on : roles.includes(one))));
  return (
    <fieldset class="checks">
      <legend>Roles</legend>
      {ALL.map((role) => <CheckField key={role} label={ROLES[role]} hint={ROLE_HINTS[role]} value={roles.includes(role)} set={(on) => toggle(role, on)} />)}
    </fieldset>
  );
}
