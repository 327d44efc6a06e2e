// What visitors are told about when somebody answers, and in which language. Must not know the hours.

import type { HoursFields } from '../core/hours';
import { SelectField, TextField } from '../parts/Field';

const KINDS: readonly { value: HoursFields['reply']; label: string }[] = [
  { value: 'none', label: 'Promise nothing' },
  { value: 'minutes', label: 'Within so many minutes of office hours' },
  { value: 'text', label: 'In your own words' },
];

export function ReplyFields({ fields, set }: { fields: HoursFields; set: (part: Partial<HoursFields>) => void }) {
  const choose = (value: string): void => set({ reply: KINDS.find((kind) => kind.value === value)?.value ?? 'none' });
  return (
    <section class="group">
      <h2>Reply time</h2>
      <SelectField label="What visitors are told" value={fields.reply} set={choose} options={KINDS} />
      {fields.reply === 'minutes' && <TextField label="Minutes" type="number" value={fields.minutes} set={(minutes) => set({ minutes })} required />}
      {fields.reply === 'text' && <TextField label="Your words" value={fields.text} set={(text) => set({ text })} rows={2} required placeholder="We usually answer the same day." />}
      <TextField label="Language" value={fields.language} set={(language) => set({ language })} hint="As a code, such as en or de; English if left empty." maxLength={35} />
    </section>
  );
}
