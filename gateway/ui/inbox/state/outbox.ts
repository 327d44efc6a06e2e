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
  new Set(jobs.value.filter((job) => job.state === 'failed').map((job) => job.conversation)));

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
  if (!kept) here.add(job.id);
  return kept;
}

/** Changes jobs that are still there; what was acknowledged meanwhile stays gone. */
export function changeJobs(changed: readonly Job[], part: Partial<Pick<Job, 'state' | 'error' | 'seen'>>): void {
  for (const job of changed) {
    const held = jobs.value.find((one) => one.id === job.id);
    if (held) putJob({ ...held, ...part });
  }
}

/** Acknowledged, or taken back by their writer. Gives those that were still there. */
export function forgetJobs(gone: readonly Job[]): Job[] {
  const held = gone.filter((job) => jobs.value.some((one) => one.id === job.id));
  jobs.value = withoutJobs(jobs.value, gone);
  for (const job of gone) {
    here.delete(job.id);
    dropJob(localStorage, job);
  }
  return held;
}

/** The next one of a conversation. What another tab had acknowledged is not sent again. */
export function nextJob(conversation: string): Job | undefined {
  const elsewhere = lineOf(jobs.value, conversation).filter((job) => !here.has(job.id) && !isKept(localStorage, job));
  if (elsewhere.length > 0) jobs.value = withoutJobs(jobs.value, elsewhere);
  return lineOf(jobs.value, conversation).find((job) => job.state === 'waiting');
}

/** A message that carries one's own client id is as good as the answer to having sent it. */
export function acknowledge(messages: readonly Message[]): void {
  const arrived = jobs.value.filter((job) =>
    messages.some((message) => message.client_message_id === job.id && message.author_id === job.memberId));
  if (arrived.length > 0) forgetJobs(arrived);
}

/** A member came: what they sent before and nobody acknowledged. */
export function loadJobs(memberId: string): readonly Job[] {
  return (jobs.value = keptJobs(localStorage, memberId, Date.now()));
}

/** Hears what other tabs write down and take out. */
export function hearOtherTabs(came: (job: Job) => void): void {
  addEventListener('storage', ({ key, newValue, oldValue }) => {
    const job = key === null ? null : jobOf(key, newValue ?? oldValue);
    if (!job || job.memberId !== myId.value) return;
    if (newValue === null) {
      jobs.value = withoutJobs(jobs.value, [job]);
      return;
    }
    jobs.value = withJob(jobs.value, job);
    came(job);
  });
}

export const rememberNote = (noteId: string, job: Job): void => void (noteIds.value = new Map(noteIds.value).set(noteId, job.id));
