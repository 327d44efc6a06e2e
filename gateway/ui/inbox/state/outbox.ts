// What this member sent and nobody acknowledged yet, in this page and in the browser's storage, as all tabs hold it. Only an
// acknowledgement, or the writer's own act, takes anything out. Must not know how it is sent.

import { computed, signal } from '@preact/signals';
import type { Message } from '../api/types';
import { dropJob, isKept, type Job, jobOf, keepJob, keptJobs, lineOf, withJob, withoutJobs } from '../core/outbox';
import type { NoteIds } from '../core/timeline';
import { myId } from './session';

/** Oldest first. */
export const jobs = signal<readonly Job[]>([]);

/** The conversations in which something was not sent. */
export const unsent = computed<ReadonlySet<string>>(() =>
  new Set(jobs.value.filter((job) => job.state !== 'waiting').map((job) => job.conversation)));

/** By the id of a note the id under which this page sent it. */
export const noteIds = signal<NoteIds>(new Map());

/** Those that no storage took: that another tab's is missing there says nothing of them. */
const here = new Set<string>();
let last = 0;

/** Rises with every call, so that what is written within one millisecond keeps its order. */
export const writtenAt = (): number => (last = Math.max(Date.now(), last + 1));

/** Gives whether it would outlive the page. */
export function putJob(job: Job): boolean {
  jobs.value = withJob(jobs.value, job);
  const kept = keepJob(localStorage, job);
  if (kept) here.delete(job.id);
  else here.add(job.id);
  return kept;
}

/** Changes jobs that are still there; what was acknowledged meanwhile stays gone. */
export function changeJobs(changed: readonly Job[], part: Partial<Pick<Job, 'state' | 'error' | 'seen' | 'asked'>>): void {
  for (const job of changed) {
    const held = heldJob(job);
    if (held) putJob({ ...held, ...part });
  }
}

/** Acknowledged, or taken back by their writer. Gives those that were still there. */
export function forgetJobs(gone: readonly Job[]): Job[] {
  const held = gone.filter(heldJob);
  jobs.value = withoutJobs(jobs.value, gone);
  for (const job of gone) {
    here.delete(job.id);
    dropJob(localStorage, job);
  }
  return held;
}

/** The job as it is by now, if it is still there. */
export const heldJob = ({ id }: Job): Job | undefined => jobs.value.find((one) => one.id === id);

/** The next one of a conversation. What another tab had acknowledged is not sent again. */
export function nextJob(conversation: string): Job | undefined {
  const elsewhere = lineOf(jobs.value, conversation).filter((job) => !here.has(job.id) && !isKept(localStorage, job));
  if (elsewhere.length > 0) jobs.value = withoutJobs(jobs.value, elsewhere);
  return lineOf(jobs.value, conversation).find((job) => job.state === 'waiting');
}

/** A message that carries one's own client id is as good as the answer to having sent it. */
export function acknowledge(messages: readonly Message[]): void {
  for (const { client_message_id: id, author_id: author, sequence } of messages) {
    const job = jobs.value.find((one) => one.id === id && one.memberId === author);
    if (job) arrived(job, sequence);
  }
}

/** A reply stands in the thread. Who wrote it knows it, so what of theirs is still to come there counts it as seen, whichever page sends it. */
export function arrived(job: Job, sequence: number): void {
  const behind = lineOf(jobs.value, job.conversation).filter((one) => one.kind === 'reply' && one.memberId === job.memberId && one.seen < sequence);
  changeJobs(withoutJobs(behind, [job]), { seen: sequence });
  forgetJobs([job]);
}

/** A member came: what they sent before and nobody acknowledged. */
export function loadJobs(memberId: string): readonly Job[] {
  return (jobs.value = keptJobs(localStorage, memberId, Date.now()));
}

/** Hears what other tabs write down, have refused, and take out. */
export function hearOtherTabs(came: (job: Job) => void): void {
  addEventListener('storage', ({ key, newValue, oldValue }) => {
    const job = key === null ? null : jobOf(key, newValue ?? oldValue);
    if (!job || job.memberId !== myId.value) return;
    const gone = newValue === null || job.state === 'refused';
    jobs.value = gone ? withoutJobs(jobs.value, [job]) : withJob(jobs.value, job);
    if (newValue !== null) came(job);
  });
}

export const rememberNote = (noteId: string, job: Job): void => void (noteIds.value = new Map(noteIds.value).set(noteId, job.id));
