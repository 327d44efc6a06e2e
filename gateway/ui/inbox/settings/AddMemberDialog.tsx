// Adds a member, who can sign in at once. Must not know the list.

import { useState } from 'preact/hooks';
import { newId } from '../../shared/ids';
import { addMember } from '../api/people';
import type { Role } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { TextField } from '../parts/Field';
import { putMember } from '../state/directory';
import { RoleChecks } from './RoleChecks';
import { SavingFault, useSaving } from './Saving';

export function AddMemberDialog({ close }: { close: () => void }) {
  const saving = useSaving();
  const [requestId] = useState(newId);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [roles, setRoles] = useState<Role[]>(['agent']);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { request_id: requestId, display_name: name.trim(), email: email.trim(), password, roles };
    if (await saving.run(async () => putMember(await addMember(body)), 'Member added')) close();
  };
  return (
    <Dialog title="Add a member" close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <SavingFault saving={saving} />
        <TextField label="Name" value={name} set={setName} required maxLength={80} hint="Shown to visitors." error={saving.fieldError('display_name')} autofocus />
        <TextField label="E-mail" type="email" value={email} set={setEmail} required error={saving.fieldError('email')} autocomplete="off" />
        <TextField label="Password" type="password" value={password} set={setPassword} required maxLength={128} hint="8 characters or more. Tell it to them in person." error={saving.fieldError('password')} autocomplete="new-password" />
        <RoleChecks roles={roles} set={setRoles} />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" busy={saving.busy} disabled={roles.length === 0}>Add</Button></footer>
      </form>
    </Dialog>
  );
}
