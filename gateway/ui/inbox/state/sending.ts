// Sends replies and notes: shown at once, one after the other in each conversation, by one tab at a time, kept until they are acknowledged,
// tried again under the same id, and given back to the composer when they are refused. Must not know the composer's field.

import { effect, signal, untracked } from '@preact/signals';
import { isPassing, Problem } from '../../shared/http';
import { newId } from '../../shared/ids';
import { postNote, postReply } from '../api/conversations';
import type { Kind } from '../core/drafts';
import { isTooLate, type Job, lineOf, TOO_LATE, withFollowers, withWaiting } from '../core/outbox';
import { hasReason, sentence } from '../core/refusals';
import { memberSequenceSeen, withNotes } from '../core/thread';
import { giveBack, write } from './compose';
import { contactName } from './directory';
import { held } from './lists';
import { alone } from './locks';
import { untilOnline } from './online';
import { change, opened, reloadOpen, takeMessages } from './open';
import { arrived, changeJobs, forgetJobs, hearOtherTabs, heldJob, jobs, loadJobs, nextJob, putJob, rememberNote, writtenAt } from './outbox';
import { myId } from './session';
import { sayFailed } from './toasts';

export interface Refusal {
  moved: boolean;
  text: string;
}

/** Above the composer, by conversation: why a reply was refused, until the next one is written there. */
export const refusals = signal<ReadonlyMap<string, Refusal>>(new Map());

const WAITS_MS = [1_000, 3_000, 8_000];
/** The conversations whose line this tab sends, or waits to send. */
const sending = new Set<string>();
/** Why a reply is refused that somebody else's has overtaken. */
const MOVED = 'Somebody answered first.';

/** Goes on with what was sent before, as soon as its writer is signed in. */
export function followOutbox(): void {
  hearOtherTabs((job) => {
    // Whichever tab sent it, its writer may sit before this one.
    if (job.state === 'refused') return void tellRefused(job);
    if (job.state === 'failed') return;
    dismissRefusal(job.conversation);
    pump(job.conversation);
  });
  effect(() => {
    const member = myId.value;
    untracked(() => {
      for (const { conversation } of loadJobs(member)) pump(conversation);
    });
  });
}

/** First into the outbox, then out of the draft: the words are never in neither, whatever becomes of the page. */
export function send(conversation: string, kind: Kind, text: string): void {
  const job: Job = {
    id: newId(), memberId: myId.value, conversation, kind, text, at: writtenAt(), seen: seenIn(conversation) ?? 0,
    revision: held.value.get(conversation)?.revision ?? 0, state: 'waiting', error: null,
  };
  dismissRefusal(conversation);
  const kept = putJob(job);
  write(conversation, kind, '');
  // Where there was no room for both there may be now.
  if (!kept && !putJob(job)) sayFailed('This browser keeps nothing. Leave the page open until it says that your words were sent.');
  pump(conversation);
}

const seenIn = (conversation: string): number | null =>
  opened.value?.id === conversation ? memberSequenceSeen(opened.value.thread) : null;

/** The same words under the same ids, and with them what failed beside them, so that they keep their order. */
export function tryAgain(id: string): void {
  const job = jobs.value.find((one) => one.id === id);
  if (!job) return;
  const seen = seenIn(job.conversation);
  const failed = lineOf(jobs.value, job.conversation).filter((one) => one.state !== 'waiting');
  changeJobs(failed, { state: 'waiting', error: null, asked: Date.now(), ...(seen === null ? {} : { seen }) });
  pump(job.conversation);
}

export function discard(id: string): void {
  const job = jobs.value.find((one) => one.id === id);
  if (job) backToDraft(forgetJobs([job]));
}

export function dismissRefusal(conversation: string): void {
  const others = new Map(refusals.value);
  if (others.delete(conversation)) refusals.value = others;
}

function pump(conversation: string): void {
  if (sending.has(conversation)) return;
  sending.add(conversation);
  const member = myId.value;
  let empty = false;
  const work = async (): Promise<void> => void (empty = await drain(conversation, member));
  // Without the lock the words wait for the next ones, or for the next page.
  void alone(`baton.inbox.out.${member}.${conversation}`, work).catch(() => undefined).finally(() => {
    sending.delete(conversation);
    // What was written while the lock was given back.
    if (empty && nextJob(conversation)) pump(conversation);
  });
}

/** Sends until nothing is left; `false` if the session ended before. */
async function drain(conversation: string, member: string): Promise<boolean> {
  // Nobody's words go out in another's name.
  while (myId.value === member) {
    const job = nextJob(conversation);
    if (!job) return true;
    if (!(await attempts(job))) return false;
  }
  return false;
}

/** `false` if the session is over: the words then wait in the outbox for their writer. */
async function attempts(first: Job): Promise<boolean> {
  for (const wait of [...WAITS_MS, null]) {
    // To be without network is no failed attempt. Whoever answered meanwhile is not talked over: the reply says what its writer had seen.
    await untilOnline();
    if (myId.value !== first.memberId) return false;
    const job = heldJob(first);
    // Acknowledged meanwhile, by the stream or in another tab.
    if (!job) return true;
    // A computer may have slept since it was written.
    if (isTooLate(job, Date.now())) return failed(job, TOO_LATE);
    try {
      return await once(job);
    } catch (error) {
      if (myId.value !== job.memberId || isSignedOut(error)) return false;
      if (!mayComeRight(error)) return refused(job, error);
      if (wait === null) return failed(job, sentence(error));
      const asked = error instanceof Problem && error.retryAfter ? error.retryAfter * 1_000 : 0;
      await new Promise((resolve) => setTimeout(resolve, Math.max(wait, asked)));
    }
  }
  return true;
}

const mayComeRight = (error: unknown): boolean => isPassing(error) || hasReason(error, 'REQUEST_IN_FLIGHT');
const isSignedOut = (error: unknown): boolean => error instanceof Problem && error.status === 401;

/** First into the thread, then out of the outbox: it is never in neither. */
async function once(job: Job): Promise<true> {
  const { conversation, id, kind, text, seen } = job;
  if (kind === 'note') {
    const note = await postNote(conversation, id, text);
    rememberNote(note.id, job);
    change(conversation, ({ thread }) => ({ thread: withNotes(thread, [note]) }));
    forgetJobs([job]);
  } else {
    const message = await postReply(conversation, id, text, seen);
    await takeMessages(conversation, [message]);
    arrived(job, message.sequence);
  }
  return true;
}

/** What waits behind it has failed too: it would be read before it. */
function failed(job: Job, why: string): true {
  // The stream may have acknowledged it while the answer was lost.
  if (!heldJob(job)) return true;
  changeJobs(withWaiting(jobs.value, job), { state: 'failed', error: why });
  sayElsewhere(job, why);
  return true;
}

/** Refused for good: the words go back where they were written, in their order, and what is newer is shown above them. */
async function refused(job: Job, error: unknown): Promise<true> {
  if (!heldJob(job)) return true;
  const why = hasReason(error, 'STALE_VERSION', 'STALE_EPOCH') ? MOVED : sentence(error);
  const told: Job = { ...job, state: 'refused', error: why };
  // The other tabs learn of it by this; that it is gone then says no more than that.
  putJob(told);
  backToDraft(forgetJobs(withFollowers(jobs.value, job)));
  await tellRefused(told);
  return true;
}

async function tellRefused(job: Job): Promise<void> {
  const { conversation } = job;
  const why = job.error ?? '';
  const moved = why === MOVED;
  const text = moved ? 'The thread has moved: somebody answered first. Your words are kept below; read what is new, then send again.' : why;
  refusals.value = new Map(refusals.value).set(conversation, { moved, text });
  sayElsewhere(job, why);
  if (opened.value?.id === conversation) await reloadOpen();
}

function backToDraft(back: readonly Job[]): void {
  const [first] = back;
  if (first) giveBack([first.memberId, first.conversation, first.kind], back.map(({ text }) => text).join('\n\n'));
}

/** Where the conversation is not on the screen, nothing there tells of it. */
function sayElsewhere({ conversation, kind }: Job, why: string): void {
  if (opened.value?.id === conversation) return;
  const contact = held.value.get(conversation)?.contact_id;
  const where = contact ? contactName(contact) : 'another conversation';
  sayFailed(`Your ${kind} in the conversation with ${where} was not sent and is kept there. ${why}`);
}
