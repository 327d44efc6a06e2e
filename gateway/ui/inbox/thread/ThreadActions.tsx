// What can be done to a conversation in its present state: the likeliest as a button, the rest in a menu. Must not know the API.

import { useState } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { Button } from '../parts/Button';
import { Icon } from '../parts/Icon';
import { type Choice, Menu } from '../parts/Menu';
import { busy, reopen, resolve, takeOver, unassign, wake } from '../state/actions';
import { myId } from '../state/session';
import { AssignDialog } from './AssignDialog';
import { HandBackDialog } from './HandBackDialog';
import { HandToTeamDialog } from './HandToTeamDialog';
import { SnoozeDialog } from './SnoozeDialog';

type Asking = 'hand-back' | 'hand-to-team' | 'assign' | 'snooze' | null;

export function ThreadActions({ conversation }: { conversation: Conversation }) {
  const [asking, ask] = useState<Asking>(null);
  const close = (): void => ask(null);
  return (
    <div class="thread-actions">
      <Likeliest conversation={conversation} />
      <Menu label="More actions" className="icon-button" choices={choicesOf(conversation, ask)}><Icon name="more" /></Menu>
      {asking === 'hand-back' && <HandBackDialog conversation={conversation} close={close} />}
      {asking === 'hand-to-team' && <HandToTeamDialog conversation={conversation} close={close} />}
      {asking === 'assign' && <AssignDialog conversation={conversation} close={close} />}
      {asking === 'snooze' && <SnoozeDialog conversation={conversation} close={close} />}
    </div>
  );
}

export const isMine = (one: Conversation): boolean => one.control === 'human' && one.assignee_id === myId.value;

function Likeliest({ conversation }: { conversation: Conversation }) {
  const waits = busy.value === conversation.id;
  if (conversation.status === 'resolved') return <Button small icon="undo" busy={waits} onClick={() => void reopen(conversation)}>Re-open</Button>;
  if (conversation.status === 'snoozed') return <Button small icon="bell" busy={waits} onClick={() => void wake(conversation)}>Wake</Button>;
  if (isMine(conversation)) return <Button small icon="check" busy={waits} onClick={() => void resolve(conversation)}>Resolve</Button>;
  return <Button small look="primary" icon="hand" busy={waits} onClick={() => void takeOver(conversation)}>Take over</Button>;
}

function choicesOf(on: Conversation, ask: (what: Asking) => void): Choice[] {
  if (on.status === 'resolved') return [{ label: 'Re-open', icon: 'undo', choose: () => void reopen(on) }];
  const human = on.control === 'human';
  const held = human || Boolean(on.assignee_id);
  const all: (Choice | false)[] = [
    !isMine(on) && { label: 'Take over', icon: 'hand', choose: () => void takeOver(on) },
    { label: human ? 'Transfer to a member…' : 'Give to a member…', icon: 'person', choose: () => ask('assign') },
    { label: 'Hand to a team…', icon: 'team', hint: 'Queues it without taking it', choose: () => ask('hand-to-team') },
    on.control !== 'ai' && { label: 'Hand back to the AI…', icon: 'bot', choose: () => ask('hand-back') },
    held && { label: 'Put back into the queue', icon: 'undo', choose: () => void unassign(on) },
    human && on.status === 'open' && { label: 'Snooze…', icon: 'snooze', choose: () => ask('snooze') },
    on.status === 'snoozed' && { label: 'Wake', icon: 'bell', choose: () => void wake(on) },
    { label: 'Resolve', icon: 'check', choose: () => void resolve(on) },
  ];
  return all.filter((choice) => choice !== false);
}
