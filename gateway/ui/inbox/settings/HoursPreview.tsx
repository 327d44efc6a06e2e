// What a visitor would be told at an instant, by the hours as they are saved. Must not know the editor.

import { useState } from 'preact/hooks';
import { checkHours } from '../api/settings';
import type { HoursChecked } from '../api/types';
import { dateTime, localField } from '../core/format';
import { HOURS_CAUSES } from '../core/words';
import { Button } from '../parts/Button';
import { TextField } from '../parts/Field';
import { sayFailed } from '../state/toasts';

export function HoursPreview() {
  const [at, setAt] = useState(() => localField(new Date()));
  const [checked, setChecked] = useState<HoursChecked | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const time = new Date(at);
    if (Number.isNaN(time.getTime())) return;
    try {
      setChecked(await checkHours(time.toISOString()));
    } catch (error) {
      sayFailed(error);
    }
  };
  return (
    <form class="group" onSubmit={(event) => void submit(event)}>
      <h2>Check an instant</h2>
      <p class="muted">By the hours as they are saved, in your own local time.</p>
      <TextField label="When" type="datetime-local" value={at} set={setAt} required />
      <Button type="submit" icon="clock">Check</Button>
      <div aria-live="polite">{checked && <Answer checked={checked} />}</div>
    </form>
  );
}

function Answer({ checked }: { checked: HoursChecked }) {
  const why = checked.exception_label || HOURS_CAUSES[checked.cause];
  return (
    <dl class="facts checked">
      <div><dt>State</dt><dd><span class={`badge ${checked.open ? 'human' : 'waiting'}`}>{checked.open ? 'Open' : 'Closed'}</span> <span class="muted">by {why}</span></dd></div>
      <div><dt>Visitors read</dt><dd><bdi>{checked.visitor_text}</bdi></dd></div>
      {checked.next_opening_time && <div><dt>Opens</dt><dd>{dateTime(checked.next_opening_time)}</dd></div>}
      {checked.next_closing_time && <div><dt>Closes</dt><dd>{dateTime(checked.next_closing_time)}</dd></div>}
      {checked.promised_by_time && <div><dt>Answer by</dt><dd>{dateTime(checked.promised_by_time)}</dd></div>}
      <div><dt>Right now</dt><dd>{checked.members_available} available, {checked.queue_length} waiting</dd></div>
    </dl>
  );
}
