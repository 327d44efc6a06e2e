// Makes a member responsible. Must not know how.

import { useEffect, useState } from 'preact/hooks';
import type { Conversation, Member } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { SelectField } from '../parts/Field';
import { assign } from '../state/actions';
import { availabilities, loadAvailability } from '../state/availability';
import { activeMembers } from '../state/directory';
import { myId } from '../state/session';

const REPLYING: ReadonlySet<string> = new Set(['owner', 'admin', 'agent']);

/** Whoever may reply, with what they say of themselves. */
function candidates(): { value: string; label: string }[] {
  return activeMembers.value.filter((member) => member.roles.some((role) => REPLYING.has(role))).map((member) => ({ value: member.id, label: labelOf(member) }));
}

function labelOf(member: Member): string {
  const state = availabilities.value.get(member.id)?.state;
  const name = member.id === myId.value ? `${member.display_name} (you)` : member.display_name;
  return state ? `${name} · ${state}` : name;
}

export function AssignDialog({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const options = candidates().filter(({ value }) => value !== conversation.assignee_id);
  const [member, setMember] = useState(options[0]?.value ?? '');
  // Who is there changes by the minute.
  useEffect(() => void loadAvailability(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    close();
    if (member) void assign(conversation, member);
  };
  const transfer = conversation.control === 'human';
  return (
    <Dialog title={transfer ? 'Transfer' : 'Give to a member'} close={close}>
      <form onSubmit={submit}>
        {options.length > 0 ? (
          <SelectField label="Member" value={member} set={setMember} options={options} hint={transfer ? 'They are responsible at once.' : 'They are asked, as by routing.'} />
        ) : (
          <p class="muted">There is nobody else who may reply.</p>
        )}
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" disabled={!member}>{transfer ? 'Transfer' : 'Give'}</Button></footer>
      </form>
    </Dialog>
  );
}
