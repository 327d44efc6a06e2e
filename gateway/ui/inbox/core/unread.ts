// Whether a row is unread: somebody outside spoke after the last message that the member has read. Pure.
// Must not know where marks are kept.

import type { Conversation } from '../api/types';

export interface Speaker {
  /** The last message looked at. */
  sequence: number;
  kind: string;
  text: string;
}

export function isUnread(conversation: Conversation, last: Speaker | undefined, readUpTo: number | undefined, me: string): boolean {
  if (conversation.last_sequence === 0) return false;
  if (readUpTo !== undefined && readUpTo >= conversation.last_sequence) return false;
  // Without a mark of one's own, only what concerns one counts: everything else would be bold for ever.
  const concerns = conversation.assignee_id === me || conversation.control === 'waiting';
  if (readUpTo === undefined && !concerns) return false;
  return last ? last.kind === 'visitor' : concerns;
}
