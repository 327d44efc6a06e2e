// What is loaded of one thread: a gapless stretch of messages, the notes, and what this tab is sending. Pure.
// Must not know how it is loaded or drawn.

import type { Message, Note } from '../api/types';

export type PendingKind = 'reply' | 'note';

export interface Pending {
  /** The client message id or request id; the same on every attempt. */
  id: string;
  kind: PendingKind;
  text: string;
  state: 'sending' | 'failed';
  /** Why the last attempt failed, for people. */
  error: string | null;
  time: string;
}

export interface Thread {
  /** By rising sequence, without a gap. */
  messages: readonly Message[];
  /** By rising place, then revision. */
  notes: readonly Note[];
  pending: readonly Pending[];
}

export const EMPTY: Thread = { messages: [], notes: [], pending: [] };

export const oldest = (thread: Thread): number => thread.messages[0]?.sequence ?? 0;
export const newest = (thread: Thread): number => thread.messages.at(-1)?.sequence ?? 0;

/** True if nothing older is left to load. */
export const reachesStart = (thread: Thread, lastSequence: number): boolean =>
  lastSequence === 0 || oldest(thread) === 1;

export interface Merged {
  thread: Thread;
  /** Load what follows this sequence: messages between it and the ones offered are missing. */
  missingAfter: number | null;
}

/** Takes messages in. Those that would leave a gap behind the newest are left out, and the gap is named. */
export function withMessages(thread: Thread, incoming: readonly Message[]): Merged {
  const bySequence = new Map(thread.messages.map((message) => [message.sequence, message]));
  for (const message of incoming) {
    const held = bySequence.get(message.sequence);
    if (!held || held.revision <= message.revision) bySequence.set(message.sequence, message);
  }
  const sorted = [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
  const { run, missingAfter } = gapless(sorted, oldest(thread));
  const pending = thread.pending.filter((sent) => !run.some((message) => message.client_message_id === sent.id));
  return { thread: { ...thread, messages: run, pending }, missingAfter };
}

/** The stretch that holds `anchor` (or the last one, if nothing was held) up to the first gap. */
function gapless(sorted: readonly Message[], anchor: number): { run: Message[]; missingAfter: number | null } {
  let run: Message[] = [];
  for (const message of sorted) {
    const last = run.at(-1);
    if (last && message.sequence !== last.sequence + 1) {
      const holdsAnchor = anchor > 0 && (run[0]?.sequence ?? 0) <= anchor && anchor <= last.sequence;
      if (holdsAnchor) return { run, missingAfter: last.sequence };
      run = [];
    }
    run.push(message);
  }
  return { run, missingAfter: null };
}

export function withNotes(thread: Thread, incoming: readonly Note[], me: string): Thread {
  const byId = new Map(thread.notes.map((note) => [note.id, note]));
  const fresh = incoming.filter((note) => !byId.has(note.id));
  for (const note of incoming) byId.set(note.id, note);
  const notes = [...byId.values()].sort((a, b) => a.after_sequence - b.after_sequence || a.revision - b.revision);
  return { ...thread, notes, pending: withoutEchoes(thread.pending, fresh, me) };
}

/** A note does not carry the id it was sent under, so its own text by the same author ends the wait for it. */
function withoutEchoes(pending: readonly Pending[], fresh: readonly Note[], me: string): Pending[] {
  const texts = fresh.filter((note) => note.author_id === me).map((note) => note.text);
  return pending.filter((sent) => {
    const place = sent.kind === 'note' ? texts.indexOf(sent.text) : -1;
    if (place >= 0) texts.splice(place, 1);
    return place < 0;
  });
}

export function withPending(thread: Thread, sent: Pending): Thread {
  const others = thread.pending.filter((other) => other.id !== sent.id);
  return { ...thread, pending: [...others, sent] };
}

export function withoutPending(thread: Thread, id: string): Thread {
  return { ...thread, pending: thread.pending.filter((sent) => sent.id !== id) };
}

/**
 * The sequence to expect as that of the last member message. Everything below the loaded stretch was there before the page was read,
 * so it counts as seen: without this, a long thread whose page holds no member message could never be answered.
 */
export function memberSequenceSeen(thread: Thread): number {
  const last = thread.messages.filter((message) => message.author_kind === 'member').at(-1);
  return Math.max(last?.sequence ?? 0, oldest(thread) - 1, 0);
}
