// Sends replies and notes: shown at once, one after the other in each conversation, kept while there is no network, tried again under the
// same id, and given back to the composer when they are refused. Must not know the composer's field.

import { signal } from '@preact/signals';
import { isPassing, Problem } from '../../shared/http';
import { newId } from '../../shared/ids';
import { postNote, postReply } from '../api/conversations';
import { hasReason, sentence } from '../core/refusals';
import { memberSequenceSeen, type Pending, type PendingKind, withNotes, withoutPending, withPending } from '../core/thread';
import { change, opened, reloadOpen, takeMessages } from './open';
import { giveBack } from './compose';
import { untilOnline } from './online';
import { myId } from './session';

/** Above the composer: why a reply was refused, until the next one is written. */
export const refusal = signal<{ conversation: string; moved: boolean; text: string } | null>(null);

interface Job {
  conversation: string;
  pending: Pending;
  /** The last member message that was on the screen when it was sent. */
  seen: number;
}

const WAITS_MS = [1_000, 3_000, 8_000];
const lines = new Map<string, Promise<void>>();
/** The last member message that this tab wrote itself: it counts as seen. */
const written = new Map<string, number>();

export function send(kind: PendingKind, text: string): void {
  const current = opened.value;
  if (!current) return;
  const time = new Date().toISOString();
  const pending: Pending = { id: newId(), kind, text, state: 'sending', error: null, time };
  refusal.value = null;
  start({ conversation: current.id, pending, seen: memberSequenceSeen(current.thread) });
}

/** The same words under the same id: if they did arrive, nothing is said twice. */
export function tryAgain(id: string): void {
  const current = opened.value;
  const pending = current?.thread.pending.find((one) => one.id === id);
  if (!current || !pending) return;
  start({ conversation: current.id, pending: { ...pending, state: 'sending', error: null }, seen: memberSequenceSeen(current.thread) });
}

export function discard(id: string): void {
  const current = opened.value;
  const pending = current?.thread.pending.find((one) => one.id === id);
  if (!current || !pending) return;
  change(current.id, ({ thread }) => ({ thread: withoutPending(thread, id) }));
  giveBack(current.id, pending.kind, pending.text);
}

function start(job: Job): void {
  change(job.conversation, ({ thread }) => ({ thread: withPending(thread, job.pending) }));
  const before = lines.get(job.conversation) ?? Promise.resolve();
  lines.set(job.conversation, before.then(() => attempts(job)));
}

async function attempts(job: Job): Promise<void> {
  for (const wait of [...WAITS_MS, null]) {
    // To be without network is no failed attempt. Whoever answered meanwhile is not talked over: the reply says what its writer had seen.
    await untilOnline();
    try {
      return await once(job);
    } catch (error) {
      if (!mayComeRight(error)) return refused(job, error);
      if (wait === null) return failed(job, error);
      const asked = error instanceof Problem && error.retryAfter ? error.retryAfter * 1_000 : 0;
      await new Promise((resolve) => setTimeout(resolve, Math.max(wait, asked)));
    }
  }
}

const mayComeRight = (error: unknown): boolean => isPassing(error) || hasReason(error, 'REQUEST_IN_FLIGHT');

async function once({ conversation, pending, seen }: Job): Promise<void> {
  if (pending.kind === 'note') {
    const note = await postNote(conversation, pending.id, pending.text);
    return change(conversation, ({ thread }) => ({ thread: withoutPending(withNotes(thread, [note], myId.value), pending.id) }));
  }
  const expected = Math.max(seen, written.get(conversation) ?? 0);
  const message = await postReply(conversation, pending.id, pending.text, expected);
  written.set(conversation, message.sequence);
  change(conversation, ({ thread }) => ({ thread: withoutPending(thread, pending.id) }));
  takeMessages(conversation, [message]);
}

function failed(job: Job, error: unknown): void {
  const pending: Pending = { ...job.pending, state: 'failed', error: sentence(error) };
  change(job.conversation, ({ thread }) => ({ thread: withPending(thread, pending) }));
}

/** Refused for good: the words go back where they were written, and what is newer is shown above them. */
async function refused({ conversation, pending }: Job, error: unknown): Promise<void> {
  change(conversation, ({ thread }) => ({ thread: withoutPending(thread, pending.id) }));
  giveBack(conversation, pending.kind, pending.text);
  const moved = hasReason(error, 'STALE_VERSION', 'STALE_EPOCH');
  const text = moved ? 'The thread has moved: somebody answered first. Your words are kept below; read what is new, then send again.' : sentence(error);
  refusal.value = { conversation, moved, text };
  if (opened.value?.id === conversation) await reloadOpen();
}
