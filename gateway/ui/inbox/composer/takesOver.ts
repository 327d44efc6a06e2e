// Replying is taking over: says so before it happens. Must not know the composer.

import type { Conversation } from '../api/types';
import { assistantName, memberName } from '../state/directory';
import { myId } from '../state/session';

export function takesOver(conversation: Conversation): string | null {
  const { control, assignee_id: assignee, status } = conversation;
  if (status === 'resolved') return 'This is resolved. Replying opens it again and makes it yours.';
  if (control === 'ai') return `Replying takes over from ${assistantName(conversation.assistant_id)}, the AI.`;
  if (assignee === myId.value) return control === 'waiting' ? 'You are asked. Replying takes this conversation.' : null;
  if (control === 'waiting') {
    return assignee ? `${memberName(assignee)} is asked. Replying takes this conversation from them.` : 'Replying takes this conversation out of the queue.';
  }
  return `${memberName(assignee)} has this conversation. Replying takes it over from them.`;
}
