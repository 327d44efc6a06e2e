// A thread as the rows that are drawn: days, messages, notes and what is being sent, in their order. What is being sent is drawn as what it
// will be and under the same key, so that its row stays when it arrives and is not read out twice. Pure. Must not know how a row looks.

import type { Message, Note } from '../api/types';
import { dayKey } from './format';
import type { Job } from './outbox';
import { newest, oldest, type Thread } from './thread';

export type Item =
  | { kind: 'day'; key: string; time: string }
  | { kind: 'message'; key: string; message: Message; continues: boolean; job: Job | null }
  | { kind: 'note'; key: string; note: Note; job: Job | null };

const CONTINUES_WITHIN_MS = 5 * 60_000;

/** By a note's id the request id under which this page sent it, which the note itself does not carry. */
export type NoteIds = ReadonlyMap<string, string>;

export function timeline(thread: Thread, line: readonly Job[] = [], noteIds: NoteIds = new Map()): Item[] {
  const items: Item[] = [];
  const from = oldest(thread);
  const { waiting, sentAs } = arrived(thread, line, noteIds);
  const notes = thread.notes.filter((note) => note.after_sequence >= from - 1);
  const take = (upTo: number): void => {
    while (notes[0] && notes[0].after_sequence < upTo) {
      const note = notes.shift();
      if (note) add(items, { kind: 'note', key: noteKey(note, sentAs), note, job: null }, note.create_time ?? null);
    }
  };
  for (const message of thread.messages) {
    take(message.sequence);
    add(items, messageItem(items, message, null), message.create_time ?? null);
  }
  take(Number.POSITIVE_INFINITY);
  for (const job of waiting) add(items, itemOf(items, job, newest(thread)), new Date(job.at).toISOString());
  return items;
}

/** What has not arrived yet, and under which id that which has was sent. */
function arrived(thread: Thread, line: readonly Job[], noteIds: NoteIds): { waiting: Job[]; sentAs: NoteIds } {
  const messages = new Set(thread.messages.map(messageKey));
  const sentAs = new Map(noteIds);
  const waiting = line.filter((job) => {
    if (job.kind === 'reply') return !messages.has(keyOf(job.memberId, job.id));
    const echo = job.state === 'waiting' ? thread.notes.find((note) => !sentAs.has(note.id) && isEcho(note, job)) : undefined;
    if (echo) sentAs.set(echo.id, job.id);
    return !echo && ![...sentAs.values()].includes(job.id);
  });
  return { waiting, sentAs };
}

const isEcho = (note: Note, job: Job): boolean =>
  note.author_id === job.memberId && note.text === job.text && note.revision > job.revision;

function itemOf(items: readonly Item[], job: Job, lastSequence: number): Item {
  const create_time = new Date(job.at).toISOString();
  const common = { id: job.id, conversation_id: job.conversation, revision: job.revision, author_id: job.memberId, text: job.text, create_time };
  if (job.kind === 'note') {
    return { kind: 'note', key: keyOf(job.memberId, job.id), note: { ...common, after_sequence: lastSequence }, job };
  }
  const message: Message = {
    ...common, sequence: 0, author_kind: 'member', client_message_id: job.id, control_epoch: 0, sources: [], delivery_state: 'accepted',
  };
  return messageItem(items, message, job);
}

const messageItem = (items: readonly Item[], message: Message, job: Job | null): Item =>
  ({ kind: 'message', key: messageKey(message), message, continues: continues(items.at(-1), message), job });

/** Client ids are their sender's own choice: two senders may choose the same. */
const keyOf = (author: string, clientId: string): string => `${author} ${clientId}`;

function messageKey({ id, author_kind, author_id, client_message_id }: Message): string {
  return author_kind === 'member' && author_id && client_message_id ? keyOf(author_id, client_message_id) : id;
}

function noteKey({ id, author_id }: Note, sentAs: NoteIds): string {
  const clientId = sentAs.get(id);
  return clientId ? keyOf(author_id, clientId) : id;
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
