// Above the thread: whose it is, who has it, who else looks at it, and what can be done. Must not know the messages.

import type { Conversation } from '../api/types';
import { ControlBadge } from '../list/ControlBadge';
import { PriorityMark } from '../list/PriorityMark';
import { Avatar } from '../parts/Avatar';
import { IconButton } from '../parts/Button';
import { sideShown } from '../desk/side';
import { contactName, memberName, wantContact } from '../state/directory';
import { opened } from '../state/open';
import { openConversation } from '../state/router';
import { may } from '../state/session';
import { ThreadActions } from './ThreadActions';

export function ThreadHead({ conversation }: { conversation: Conversation }) {
  wantContact(conversation.contact_id);
  return (
    <header class="pane-head thread-head">
      <IconButton icon="back" label="Back to the list" className="phone-only" onClick={() => openConversation(null)} />
      <div class="thread-title">
        <h1><bdi>{contactName(conversation.contact_id)}</bdi></h1>
        <div class="thread-marks">
          <ControlBadge conversation={conversation} long />
          <PriorityMark priority={conversation.priority} />
          {conversation.status !== 'open' && <span class="badge">{conversation.status === 'snoozed' ? 'Snoozed' : 'Resolved'}</span>}
        </div>
      </div>
      <Watchers />
      {may('conversations:write') && <ThreadActions conversation={conversation} />}
      <IconButton icon="side" label="Details" className="side-toggle" pressed={sideShown.value} onClick={() => (sideShown.value = !sideShown.value)} />
    </header>
  );
}

/** Colleagues who have it open too. */
function Watchers() {
  const members = (opened.value?.present ?? []).filter((one) => one.who === 'member');
  if (members.length === 0) return null;
  const names = members.map((one) => memberName(one.id)).join(', ');
  return (
    <div class="watchers" role="img" aria-label={`Also here: ${names}`} title={`Also here: ${names}`}>
      {members.slice(0, 3).map((one) => <Avatar key={one.id} small name={memberName(one.id)} id={one.id} />)}
    </div>
  );
}
