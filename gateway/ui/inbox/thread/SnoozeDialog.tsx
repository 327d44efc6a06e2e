// Puts a conversation off: until a usual time, a chosen one, or the visitor's next word. Must not know how.

import { useState } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { dateTime, localField } from '../core/format';
import { snoozeTimes } from '../core/snooze';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { TextField } from '../parts/Field';
import { snooze } from '../state/actions';

export function SnoozeDialog({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const [now] = useState(() => new Date());
  const [own, setOwn] = useState(() => localField(new Date(now.getTime() + 24 * 3_600_000)));
  const put = (until: Date | null): void => {
    close();
    void snooze(conversation, until?.toISOString() ?? null);
  };
  const chosen = new Date(own);
  const late = !(chosen.getTime() > Date.now());
  return (
    <Dialog title="Snooze" close={close}>
      <p class="muted">A message of the visitor wakes it at any time.</p>
      <ul class="plain-list choices">
        {snoozeTimes(now).map(({ label, at }) => (
          <li key={label}><button type="button" class="choice" onClick={() => put(at)}><span>{label}</span><span class="muted">{dateTime(at.toISOString())}</span></button></li>
        ))}
        <li><button type="button" class="choice" onClick={() => put(null)}><span>Until the visitor writes</span></button></li>
      </ul>
      <form onSubmit={(event) => { event.preventDefault(); if (!late) put(chosen); }}>
        <TextField label="Another time" type="datetime-local" value={own} set={setOwn} error={late ? 'That has passed already.' : undefined} />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" disabled={late}>Snooze</Button></footer>
      </form>
    </Dialog>
  );
}
