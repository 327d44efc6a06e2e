// Counting what the visitor has not seen. Pure. Must not know when they look.

import type { ThreadState } from './thread';

export function newestSequence(state: ThreadState): number {
  return state.messages.at(-1)?.sequence ?? 0;
}

/** What a mark `<conversation>:<sequence>` says; null if it says nothing. */
export function readMark(mark: string): { id: string; sequence: number } | null {
  const colon = mark.lastIndexOf(':');
  const sequence = Number(mark.slice(colon + 1)) || 0;
  return colon > 0 && sequence > 0 ? { id: mark.slice(0, colon), sequence } : null;
}

/** Whether who knows the one knows the other too. */
export function covers(known: string, mark: string): boolean {
  const [one, other] = [readMark(known), readMark(mark)];
  return one !== null && other !== null && one.id === other.id && one.sequence >= other.sequence;
}

/** Messages of the business above the mark. Without a mark for this conversation all of them. */
export function unreadCount(state: ThreadState, mark: string): number {
  const last = readMark(mark);
  const read = last !== null && last.id === state.conversation?.id ? last.sequence : 0;
  const fromUs = (kind: string): boolean => kind === 'ai' || kind === 'member';
  return state.messages.filter((message) => message.sequence > read && fromUs(message.author_kind)).length;
}
