// The action "Human handoff": when an assistant hands over, to whom, and what it asks first. Must not know how it is saved.

import type { HandoffAction } from '../api/types';
import { CheckField, SelectField, TextField } from '../parts/Field';
import { activeTeams } from '../state/directory';
import type { Draft } from './AssistantForm';
import { GatherFields } from './GatherFields';

interface HandoffFieldsProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

export function HandoffFields({ draft, set }: HandoffFieldsProps) {
  const { handoff } = draft;
  const change = (part: Partial<HandoffAction>): void => set({ handoff: { ...handoff, ...part } });
  const teams = [{ value: '', label: 'Everyone' }, ...activeTeams.value.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <section class="group">
      <h2>Human handoff</h2>
      <CheckField label="Hand over to people" value={handoff.enabled ?? false} set={(enabled) => change({ enabled })} hint="When on, a visitor who asks for a person always gets one; no instruction can veto it." />
      <TextField label="When to use it" value={handoff.when_to_use ?? ''} set={(when_to_use) => change({ when_to_use })} rows={4} hint="Triggers, what to try first, topics that always go to people, how to tell the visitor." />
      <SelectField label="Team to ask" value={handoff.team_id ?? ''} set={(id) => change({ team_id: id || null })} options={teams} />
      <CheckField label="Set the priority" value={handoff.auto_assign_priority ?? false} set={(auto_assign_priority) => change({ auto_assign_priority })} hint="The assistant says how urgent a handoff is. A person's word stands above it." />
      <h3>Rules that need no model</h3>
      <TextField label="Phrases that hand over at once" value={draft.phrases} set={(phrases) => set({ phrases })} rows={3} hint="One a line." />
      <CheckField label="Hand over when the visitor is upset" value={handoff.on_negative_mood ?? false} set={(on_negative_mood) => change({ on_negative_mood })} />
      <div class="two">
        <Count label="After so many questions without an answer" value={handoff.after_no_answers ?? 0} set={(after_no_answers) => change({ after_no_answers })} />
        <Count label="After the same was said so many times" value={handoff.after_repeats ?? 0} set={(after_repeats) => change({ after_repeats })} />
      </div>
      <GatherFields all={handoff.information_to_gather ?? []} set={(information_to_gather) => change({ information_to_gather })} />
    </section>
  );
}

function Count({ label, value, set }: { label: string; value: number; set: (value: number) => void }) {
  const take = (text: string): void => set(Math.max(0, Math.trunc(Number(text)) || 0));
  return <TextField label={label} type="number" value={String(value)} set={take} hint="0 for never." />;
}
