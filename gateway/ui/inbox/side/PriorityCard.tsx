// How urgent it is, why, and who said so. Must not know how it is used.

import { useState } from 'preact/hooks';
import type { Conversation, Priority } from '../api/types';
import { PriorityMark } from '../list/PriorityMark';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { SelectField, TextField } from '../parts/Field';
import { busy, setPriority } from '../state/actions';
import { may } from '../state/session';
import { Card } from './Card';

const PRIORITIES: readonly Priority[] = ['low', 'medium', 'high', 'urgent'];
const LABELS: Record<Priority, string> = { low: 'Low', medium: 'Medium', high: 'High', urgent: 'Urgent' };

export function PriorityCard({ conversation }: { conversation: Conversation }) {
  const [changing, setChanging] = useState(false);
  const { priority, priority_source: source, priority_reason: reason } = conversation;
  const aside = may('conversations:write') ? <Button small look="quiet" disabled={busy.value === conversation.id} onClick={() => setChanging(true)}>{priority ? 'Change' : 'Set'}</Button> : null;
  return (
    <Card title="Priority" aside={aside}>
      {priority ? (
        <p class="priority-line">
          <PriorityMark priority={priority} />
          <span class="muted">{source === 'ai' ? 'by the AI' : source === 'person' ? 'by a person' : ''}</span>
        </p>
      ) : (
        <p class="muted">Not set</p>
      )}
      {priority && reason && <p><bdi>{reason}</bdi></p>}
      {changing && <PriorityDialog conversation={conversation} close={() => setChanging(false)} />}
    </Card>
  );
}

function PriorityDialog({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const held = PRIORITIES.find((one) => one === conversation.priority);
  const [value, setValue] = useState<string>(held ?? 'medium');
  const [reason, setReason] = useState('');
  const put = (priority: Priority | null): void => {
    close();
    void setPriority(conversation, priority, priority ? reason.trim() || null : null);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    put(PRIORITIES.find((one) => one === value) ?? 'medium');
  };
  return (
    <Dialog title="Priority" close={close}>
      <form onSubmit={submit}>
        <SelectField label="How urgent" value={value} set={setValue} options={PRIORITIES.map((one) => ({ value: one, label: LABELS[one] }))} />
        <TextField label="Why (optional)" value={reason} set={setReason} maxLength={200} />
        <footer class="dialog-foot">
          {held && <Button look="quiet" onClick={() => put(null)}>Clear</Button>}
          <span class="header-space" />
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary">Set</Button>
        </footer>
      </form>
    </Dialog>
  );
}
