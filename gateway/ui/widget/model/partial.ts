// An answer while it grows: pieces at byte offsets become text, behind the fence of the control epoch. Must not know the thread.

import type { Delta } from './types';

export interface Partial {
  conversationId: string;
  turnId: string;
  epoch: number;
  text: string;
  /** Length of the text in UTF-8. */
  bytes: number;
  /** A piece is missing: what is shown stands still until the turn begins anew or the message comes. */
  broken: boolean;
  /** When the last piece came, in the caller's milliseconds. */
  at: number;
}

/** A turn that says nothing for so long has died without a message. */
export const STALE_MS = 45_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The answer after one more piece; what it was before if the piece tells nothing. */
export function grow(partial: Partial | null, delta: Delta, now: number): Partial | null {
  const size = encoder.encode(delta.text).length;
  if (delta.offset === 0) {
    return { conversationId: delta.conversation_id, turnId: delta.turn_id, epoch: delta.control_epoch, text: delta.text, bytes: size, broken: false, at: now };
  }
  // The middle of a turn whose beginning never came cannot be shown.
  if (partial === null || partial.turnId !== delta.turn_id) return partial;
  if (partial.broken || delta.offset > partial.bytes) return { ...partial, broken: true, at: now };
  const kept = delta.offset === partial.bytes ? partial.text : cut(partial.text, delta.offset);
  if (kept === null) return { ...partial, broken: true, at: now };
  return { ...partial, epoch: Math.max(partial.epoch, delta.control_epoch), text: kept + delta.text, bytes: delta.offset + size, at: now };
}

/** The first bytes of a text; null if that would cut a character in two. */
function cut(text: string, bytes: number): string | null {
  const head = decoder.decode(encoder.encode(text).subarray(0, bytes));
  return text.startsWith(head) ? head : null;
}
