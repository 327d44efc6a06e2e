// Replaces a member's roles. Must not know the list.

import { useState } from 'preact/hooks';
import { setRoles } from '../api/people';
import type { Member, Role } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { putMember } from '../state/directory';
import { RoleChecks } from './RoleChecks';
import { SavingFault, useSaving } from './Saving';

export function RolesDialog({ member, close }: { member: Member; close: () => void }) {
  const saving = useSaving();
  const [roles, set] = useState<Role[]>(member.roles.filter((role): role is Role => role !== 'unknown'));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await saving.run(async () => putMember(await setRoles(member.id, roles)), 'Roles saved')) close();
  };
  return (
    <Dialog title={`Roles of ${member.display_name}`} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <SavingFault saving={saving} />
        <RoleChecks roles={roles} set={set} />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" busy={saving.busy} disabled={roles.length === 0}>Save</Button></footer>
      </form>
    </Dialog>
  );
}
