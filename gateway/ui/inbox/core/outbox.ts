// What was sent and is not acknowledged yet, each under its own id and a key of its own, so that tabs do not write over each other's.
// Outlives the page and the session. Pure but for the shelf it is given. Must not know how anything is sent or drawn.

import type { Kind, Shelf } from './drafts';

export interface Job {
  /** The client message id or request id; the same on every attempt, in whichever tab. */
  id: string;
  /** Whose words they are: nobody else's session sends them. */
  memberId: string;
  conversation: string;
  kind: Kind;
  text: string;
  /** When it was written, in milliseconds; orders what several tabs wrote. */
  at: number;
  /** The last member message that was on the screen when it was written. */
  seen: number;
  /** The conversation's revision then: a note of the same words above it is this one. */
  revision: number;
  /** `refused`: it is about to leave the outbox for the draft, which other tabs are told by this. */
  state: 'waiting' | 'failed' | 'refused';
  /** When its writer said that it shall be tried again, in milliseconds. */
  asked?: number;
  /** Why the last attempt failed, for people. */
  error: string | null;
}

const PREFIX = 'baton.inbox.out';
/** The services remember a note's request id for a day; what waited longer is sent by its writer's own act only. */
const BY_ITSELF_MS = 12 * 3_600_000;

const nameOf = ({ memberId, conversation, id }: Job): string => [PREFIX, memberId, conversation, id].join('.');

/** Whether it will outlive the page: a full or forbidden storage keeps nothing. */
export function keepJob(shelf: Shelf, job: Job): boolean {
  const { kind, text, at, seen, revision, state, asked, error } = job;
  try {
    shelf.setItem(nameOf(job), JSON.stringify({ kind, text, at, seen, revision, state, asked, error }));
    return true;
  } catch {
    return false;
  }
}

export const dropJob = (shelf: Shelf, job: Job): void => shelf.removeItem(nameOf(job));
export const isKept = (shelf: Shelf, job: Job): boolean => shelf.getItem(nameOf(job)) !== null;

/** What a member sent and nobody acknowledged, oldest first. What cannot be read is left where it is: it may be a newer version's. */
export function keptJobs(shelf: Shelf, memberId: string, now: number): Job[] {
  const found: Job[] = [];
  for (let i = 0; i < shelf.length; i += 1) {
    const name = shelf.key(i) ?? '';
    const job = jobOf(name, shelf.getItem(name));
    if (job?.memberId === memberId) found.push(isTooLate(job, now) ? { ...job, state: 'failed', error: TOO_LATE } : job);
  }
  return found.sort(byAge);
}

/** Its writer's last act for it: from then on it is sent by itself, for a while. */
const actOf = ({ at, asked }: Job): number => asked ?? at;

export const isTooLate = (job: Job, now: number): boolean => now - actOf(job) >= BY_ITSELF_MS;
export const TOO_LATE = 'It was written long ago and never got through.';

/** Whether this is a job that nobody came back to since then. What cannot be read is none. */
export function isOldJob(name: string, value: string | null, since: number): boolean {
  const job = jobOf(name, value);
  return job !== null && actOf(job) < since;
}

/** The job under a name of the storage, if it is one. */
export function jobOf(name: string, value: string | null): Job | null {
  const parts = name.startsWith(`${PREFIX}.`) ? name.slice(PREFIX.length + 1).split('.') : [];
  const [memberId, conversation, id] = parts;
  if (!memberId || !conversation || !id || parts.length > 3 || value === null) return null;
  const kept = parse(value);
  return kept && { id, memberId, conversation, ...kept };
}

export function withJob(jobs: readonly Job[], job: Job): Job[] {
  const known = jobs.some((other) => other.id === job.id);
  return known ? jobs.map((other) => (other.id === job.id ? job : other)) : [...jobs, job].sort(byAge);
}

export const withoutJobs = (jobs: readonly Job[], gone: readonly Job[]): Job[] =>
  jobs.filter((job) => !gone.some((one) => one.id === job.id));

/** What one conversation's line holds, in the order in which it was written. */
export const lineOf = (jobs: readonly Job[], conversation: string): Job[] => jobs.filter((job) => job.conversation === conversation);

/** A job and those that wait behind it, as long as it is in the line. */
export function withWaiting(jobs: readonly Job[], job: Job): Job[] {
  const line = lineOf(jobs, job.conversation);
  const place = line.findIndex((one) => one.id === job.id);
  const behind = place < 0 ? [] : line.slice(place + 1);
  return [job, ...behind.filter((one) => one.state === 'waiting')];
}

/** The same of its kind only: what follows a refused one was written to be read after it. */
export const withFollowers = (jobs: readonly Job[], job: Job): Job[] => withWaiting(jobs, job).filter((one) => one.kind === job.kind);

const byAge = (a: Job, b: Job): number => a.at - b.at;

type Kept = Omit<Job, 'id' | 'memberId' | 'conversation'>;

function parse(value: string): Kept | null {
  try {
    const kept: unknown = JSON.parse(value);
    return isKeptJob(kept) ? kept : null;
  } catch {
    return null;
  }
}

function isKeptJob(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const of = (name: string): unknown => Reflect.get(value, name);
  const numbers = ['at', 'seen', 'revision'].every((name) => typeof of(name) === 'number');
  const kind = of('kind');
  const state = of('state');
  const error = of('error');
  const asked = of('asked');
  return numbers && typeof of('text') === 'string' && (kind === 'reply' || kind === 'note')
    && (state === 'waiting' || state === 'failed' || state === 'refused') && (error === null || typeof error === 'string')
    && (asked === undefined || typeof asked === 'number');
}
