// Who may speak for the business in a conversation. Must not know where it stands.

import type { Conversation } from '../api/types';
import { Icon } from '../parts/Icon';
import { memberName } from '../state/directory';
import { myId } from '../state/session';

export function ControlBadge({ conversation, long = false }: { conversation: Conversation; long?: boolean }) {
  const { control, assignee_id: assignee } = conversation;
  if (control === 'ai') return <span class="badge ai"><Icon name="bot" />AI</span>;
  if (control === 'waiting') {
    const asked = assignee ? ` · ${assignee === myId.value ? 'you are asked' : memberName(assignee)}` : null;
    return <span class="badge waiting"><Icon name="hand" />{long ? 'Needs agent intervention' : 'Waiting'}{asked && <bdi>{asked}</bdi>}</span>;
  }
  return <span class="badge human"><Icon name="person" /><bdi>{assignee === myId.value ? 'You' : memberName(assignee)}</bdi></span>;
}
