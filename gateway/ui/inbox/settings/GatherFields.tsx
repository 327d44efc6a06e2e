// What is to be known of a visitor before people are asked. Must not know the rest of the action.

import type { InformationToGather } from '../api/types';
import { Button, IconButton } from '../parts/Button';
import { CheckField, SelectField, TextField } from '../parts/Field';

const FIELDS = [
  { value: '', label: 'The brief only' },
  { value: 'display_name', label: 'The contact’s name' },
  { value: 'email', label: 'The contact’s e-mail' },
];

export function GatherFields({ all, set }: { all: readonly InformationToGather[]; set: (all: InformationToGather[]) => void }) {
  const change = (at: number, part: Partial<InformationToGather>): void => set(all.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <>
      <h3>Information to gather first</h3>
      {all.map((one, i) => (
        <div class="repeat" key={i} role="group" aria-label={`Information ${i + 1}`}>
          <div>
            <div class="two">
              <TextField label="Short name" value={one.name} set={(name) => change(i, { name: name.toLowerCase().replace(/[^a-z0-9_]/g, '_') })} required hint="a-z, 0-9 and _" />
              <SelectField label="Saved to" value={one.contact_field ?? ''} set={(field) => change(i, { contact_field: field || null })} options={FIELDS} />
            </div>
            <TextField label="What is asked for" value={one.description} set={(description) => change(i, { description })} required hint="In words for the visitor." />
            <CheckField label="Ask for it once" value={one.required ?? false} set={(required) => change(i, { required })} hint="Who will not say is handed over all the same." />
          </div>
          <IconButton icon="trash" label={`Remove ${one.name || 'this'}`} onClick={() => set(all.filter((_, at) => at !== i))} />
        </div>
      ))}
      <Button small icon="plus" onClick={() => set([...all, { name: '', description: '', required: true, contact_field: null }])}>Add information</Button>
    </>
  );
}
