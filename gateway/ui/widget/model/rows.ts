// The thread as rows for the eye: days, who speaks, what follows whom. Pure. Must not know elements or languages.

import { differentDays } from '../../shared/time';
import type { Pending } from './outbox';
import type { Message } from './types';

export interface MessageRow {
  kind: 'message';
  key: string;
  message: Message;
  /** Not with the gateway yet. */
  pending: Pending | null;
  /** The first of several in a row from one author: it names them. */
  first: boolean;
  /** The last of them: it tells the time. */
  last: boolean;
}

export type Row = { kind: 'day'; key: string; time: string } | { kind: 'notice'; key: string; message: Message } | MessageRow;

/** Messages so close together belong together. */
const TOGETHER_MS = 5 * 60_000;

/** What the thread holds, and below it what is not with the gateway yet, as rows of one kind: a message that is sent stays the row it was. */
export function rowsOf(messages: readonly Message[], unsent: readonly Pending[] = []): Row[] {
  const waiting = new Map(unsent.map((item) => [item.id, item]));
  const all = [...messages, ...unsent.map(asMessage)];
  return all.flatMap((message, at) => {
    const before = all[at - 1];
    const row = rowOf(message, before, all[at + 1], waiting.get(message.id) ?? null);
    const newDay = before === undefined || differentDays(before.create_time, message.create_time);
    return newDay && message.create_time ? [{ kind: 'day', key: `day:${row.key}`, time: message.create_time }, row] : [row];
  });
}

/** The key under which a message keeps its place from the outbox into the thread: screen readers do not hear it twice. */
export function keyOf(message: Message): string {
  return message.client_message_id ?? message.id;
}

function asMessage({ id, text, at }: Pending): Message {
  return { id, client_message_id: id, sequence: 0, author_kind: 'visitor', text, sources: [], create_time: new Date(at).toISOString() };
}

function rowOf(message: Message, before: Message | undefined, after: Message | undefined, pending: Pending | null): Row {
  if (message.author_kind === 'system') return { kind: 'notice', key: keyOf(message), message };
  return { kind: 'message', key: keyOf(message), message, pending, first: !together(before, message), last: !together(message, after) };
}

function together(a: Message | undefined, b: Message | undefined): boolean {
  if (a === undefined || b === undefined || a.author_kind !== b.author_kind) return false;
  if ((a.author_name ?? '') !== (b.author_name ?? '')) return false;
  if (differentDays(a.create_time, b.create_time)) return false;
  return Math.abs(Date.parse(b.create_time ?? '') - Date.parse(a.create_time ?? '')) < TOGETHER_MS;
}
