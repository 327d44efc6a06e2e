// What is loaded of one thread: a gapless stretch of messages, and the notes. Pure.
// Must not know how it is loaded or drawn.

import type { Message, Note } from '../api/types';

export interface Thread {
  /** By rising sequence, without a gap. */
  messages: readonly Message[];
  /** By rising place, then revision. */
  notes: readonly Note[];
}

export const EMPTY: Thread = { messages: [], notes: [] };

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
  return { thread: { ...thread, messages: run }, missingAfter };
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

export function withNotes(thread: Thread, incoming: readonly Note[]): Thread {
  const byId = new Map(thread.notes.map((note) => [note.id, note]));
  for (const note of incoming) byId.set(note.id, note);
  const notes = [...byId.values()].sort((a, b) => a.after_sequence - b.after_sequence || a.revision - b.revision);
  return { ...thread, notes };
}

/**
 * The sequence to expect as that of the last member message. Everything below the loaded stretch was there before the page was read,
 * so it counts as seen: without this, a long thread whose page holds no member message could never be answered.
 */
export function memberSequenceSeen(thread: Thread): number {
  const last = thread.messages.filter((message) => message.author_kind === 'member').at(-1);
  return Math.max(last?.sequence ?? 0, oldest(thread) - 1, 0);
}
