// One canned response. Its scope is chosen once. Must not know the list.

import { useState } from 'preact/hooks';
import { newId } from '../../shared/ids';
import { addCanned, type CannedFields, changeCanned } from '../api/settings';
import type { CannedResponse, CannedScope } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { SelectField, TextField } from '../parts/Field';
import { loadCanned } from '../state/canned';
import { activeTeams } from '../state/directory';
import { SavingFault, useSaving } from './Saving';

const SCOPES: readonly { value: CannedScope; label: string }[] = [
  { value: 'personal', label: 'Personal: only you' },
  { value: 'team', label: 'A team' },
  { value: 'workspace', label: 'Workspace: everybody' },
];

const KNOWN = '{{contact.name}}, {{contact.email}}, {{member.name}}, {{workspace.name}}. With a fallback: {{contact.name|there}}. Any other name is asked for.';

export function CannedDialog({ response, close }: { response: CannedResponse | null; close: () => void }) {
  const saving = useSaving();
  const [requestId] = useState(newId);
  const [scope, setScope] = useState<CannedScope>('personal');
  const [team, setTeam] = useState(response?.team_id ?? activeTeams.value[0]?.id ?? '');
  const [fields, setFields] = useState<CannedFields>({ shortcut: response?.shortcut ?? '', title: response?.title ?? '', text: response?.text ?? '' });
  const set = (part: Partial<CannedFields>): void => setFields({ ...fields, ...part });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const save = response
      ? () => changeCanned(response.id, fields, response.etag)
      : () => addCanned(requestId, scope, scope === 'team' ? team : null, fields);
    if (!(await saving.run(() => save().then(() => undefined), 'Response saved'))) return;
    await loadCanned(true);
    close();
  };
  const reload = (): void => void loadCanned(true).then(close);
  return (
    <Dialog title={response ? 'Edit the response' : 'New canned response'} close={close} wide>
      <form onSubmit={(event) => void submit(event)}>
        <SavingFault saving={saving} reload={reload} />
        {!response && <SelectField label="Who may use it" value={scope} set={(value) => setScope(SCOPES.find((one) => one.value === value)?.value ?? 'personal')} options={SCOPES} />}
        {!response && scope === 'team' && <SelectField label="Team" value={team} set={setTeam} options={activeTeams.value.map(({ id, name }) => ({ value: id, label: name }))} />}
        <div class="two">
          <TextField label="Shortcut" value={fields.shortcut} set={(shortcut) => set({ shortcut: shortcut.toLowerCase().replace(/[^a-z0-9_-]/g, '') })} required maxLength={40} hint="Typed after /" error={saving.fieldError('shortcut')} autofocus />
          <TextField label="Title" value={fields.title} set={(title) => set({ title })} required maxLength={80} error={saving.fieldError('title')} />
        </div>
        <TextField label="Text" value={fields.text} set={(text) => set({ text })} required rows={6} hint={KNOWN} error={saving.fieldError('text')} />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" busy={saving.busy}>Save</Button></footer>
      </form>
    </Dialog>
  );
}
