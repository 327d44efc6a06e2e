// Everything that can be said of one assistant, saved together under the state it was read in. Must not know the list of assistants.

import { useState } from 'preact/hooks';
import { type AssistantChange, changeAssistant } from '../api/settings';
import type { Assistant, HandoffAction } from '../api/types';
import { linesOf } from '../core/lines';
import { Button } from '../parts/Button';
import { TextField } from '../parts/Field';
import { putAssistant } from '../state/directory';
import { may } from '../state/session';
import { HandoffFields } from './HandoffFields';
import { SavingFault, useSaving } from './Saving';
import { WidgetFields } from './WidgetFields';

export interface Draft {
  name: string;
  instructions: string;
  handoff: HandoffAction;
  phrases: string;
  sites: string;
}

const draftOf = (assistant: Assistant): Draft => ({
  name: assistant.name,
  instructions: assistant.instructions,
  handoff: assistant.handoff,
  phrases: (assistant.handoff.phrases ?? []).join('\n'),
  sites: (assistant.allowed_sites ?? []).join('\n'),
});

export function AssistantForm({ assistant, reload }: { assistant: Assistant; reload: () => void }) {
  const saving = useSaving();
  const [draft, setDraft] = useState(() => draftOf(assistant));
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const fixed = !may('assistants:write');
  const submit = (event: Event): void => {
    event.preventDefault();
    void saving.run(async () => {
      putAssistant(await changeAssistant(assistant.id, changeOf(draft, assistant), assistant.etag));
      reload();
    }, 'Saved. The next answer is made by it.');
  };
  return (
    <form class="page" onSubmit={submit}>
      <fieldset class="bare page" disabled={fixed}>
        <section class="group">
          <h2>Assistant</h2>
          <TextField label="Name" value={draft.name} set={(name) => set({ name })} required maxLength={80} hint="Shown to visitors." error={saving.fieldError('name')} />
          <TextField label="Instructions" value={draft.instructions} set={(instructions) => set({ instructions })} rows={5} maxLength={16_000} hint="For the model, in your own words: tone, topics, limits." error={saving.fieldError('instructions')} />
        </section>
        <HandoffFields draft={draft} set={set} />
        <WidgetFields assistant={assistant} draft={draft} set={set} />
      </fieldset>
      <SavingFault saving={saving} reload={reload} />
      {fixed ? <p class="muted">Your role may read this, not change it.</p> : <footer class="page-foot"><Button type="submit" look="primary" busy={saving.busy}>Save</Button></footer>}
    </form>
  );
}

function changeOf(draft: Draft, assistant: Assistant): AssistantChange {
  const handoff: HandoffAction = { ...draft.handoff, phrases: linesOf(draft.phrases) };
  const change: AssistantChange = { name: draft.name.trim(), instructions: draft.instructions, handoff };
  // Only to a gateway that knows them: others refuse a field they do not know.
  return assistant.allowed_sites ? { ...change, allowed_sites: linesOf(draft.sites) } : change;
}
