// Counting what the visitor has not seen. Pure. Must not know when they look.

import type { ThreadState } from './thread';

export function newestSequence(state: ThreadState): number {
  return state.messages.at(-1)?.sequence ?? 0;
}

/** Messages of the business above the mark `<conversation>:<sequence>`. Without a mark for this conversation all of them. */
export function unreadCount(state: ThreadState, mark: string): number {
  const colon = mark.lastIndexOf(':');
  const ours = state.conversation !== null && mark.slice(0, colon) === state.conversation.id;
  const read = ours ? Number(mark.slice(colon + 1)) || 0 : 0;
  const fromUs = (kind: string): boolean => kind === 'ai' || kind === 'member';
  return state.messages.filter((message) => message.sequence > read && fromUs(message.author_kind)).length;
}
