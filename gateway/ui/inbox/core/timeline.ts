// A thread as the rows that are drawn: days, messages, notes and what is being sent, in their order. Pure.
// Must not know how a row looks.

import type { Message, Note } from '../api/types';
import { dayKey } from './format';
import { oldest, type Pending, type Thread } from './thread';

export type Item =
  | { kind: 'day'; key: string; time: string }
  | { kind: 'message'; key: string; message: Message; continues: boolean }
  | { kind: 'note'; key: string; note: Note }
  | { kind: 'pending'; key: string; pending: Pending };

const CONTINUES_WITHIN_MS = 5 * 60_000;

export function timeline(thread: Thread): Item[] {
  const items: Item[] = [];
  const from = oldest(thread);
  const notes = thread.notes.filter((note) => note.after_sequence >= from - 1);
  const take = (upTo: number): void => {
    while (notes[0] && notes[0].after_sequence < upTo) {
      const note = notes.shift();
      if (note) add(items, { kind: 'note', key: note.id, note }, note.create_time ?? null);
    }
  };
  for (const message of thread.messages) {
    take(message.sequence);
    const item: Item = { kind: 'message', key: message.id, message, continues: continues(items.at(-1), message) };
    add(items, item, message.create_time ?? null);
  }
  take(Number.POSITIVE_INFINITY);
  for (const pending of thread.pending) add(items, { kind: 'pending', key: pending.id, pending }, pending.time);
  return items;
}

/** Puts a row behind the others, and a day before it if it is the first of its day. */
function add(items: Item[], item: Item, time: string | null): void {
  const before = items.findLast((other) => other.kind === 'day');
  if (time && (before?.kind !== 'day' || dayKey(before.time) !== dayKey(time))) {
    items.push({ kind: 'day', key: `day-${dayKey(time)}-${item.key}`, time });
    items.push(item.kind === 'message' ? { ...item, continues: false } : item);
    return;
  }
  items.push(item);
}

function continues(before: Item | undefined, message: Message): boolean {
  if (before?.kind !== 'message' || message.author_kind === 'system') return false;
  const last = before.message;
  const apart = Date.parse(message.create_time ?? '') - Date.parse(last.create_time ?? '');
  return (
    last.author_kind === message.author_kind && last.author_id === message.author_id && apart < CONTINUES_WITHIN_MS
  );
}
