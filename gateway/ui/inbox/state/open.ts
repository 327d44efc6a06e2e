// The conversation that is open: its thread as far as it is loaded, who is there, and the answer as it grows.
// Must not know how it is drawn, nor how a reply is sent.

import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { listMessages, listNotes, markRead, readMarks } from '../api/conversations';
import type { Activity, Conversation, InboxEvent, Message, ReadMark } from '../api/types';
import { type Fence, OPEN_FENCE, withDelta, withEpoch, withoutGrowing } from '../core/growing';
import { expired, type Present, without, withActivity } from '../core/presence';
import { EMPTY, newest, oldest, type Thread, withMessages, withNotes } from '../core/thread';
import { held, put, refresh } from './lists';
import { acknowledge } from './outbox';
import { hearMessage, hearRead, readUpTo } from './peeks';
import { openId } from './router';
import { me, myId } from './session';

export interface Opened {
  id: string;
  state: 'loading' | 'loaded' | 'failed';
  error: unknown;
  thread: Thread;
  fence: Fence;
  present: readonly Present[];
  marks: readonly ReadMark[];
  loadingOlder: boolean;
  /** What came before is being put in: nothing of it is news. */
  filling: boolean;
}

const PAGE = 60;
const GROWING_LASTS_MS = 20_000;

export const opened = signal<Opened | null>(null);

export const conversation = computed<Conversation | null>(() => held.value.get(opened.value?.id ?? '') ?? null);

/** Changes the opened conversation, unless another one is open by now. */
export function change(id: string, how: (held: Opened) => Partial<Opened>): void {
  const current = opened.value;
  if (current?.id === id) opened.value = { ...current, ...how(current) };
}

export function followOpen(): void {
  effect(() => {
    const id = me.value ? openId.value : null;
    // What loading reads is no reason to load again.
    untracked(() => openAnother(id));
  });
  setInterval(() => {
    const current = opened.peek();
    if (current && current.present.length > 0) change(current.id, ({ present }) => ({ present: expired(present, Date.now()) }));
  }, 1_000);
}

let loading: Promise<void> = Promise.resolve();

function openAnother(id: string | null): void {
  if (id === (opened.value?.id ?? null)) return;
  opened.value = id ? blank(id) : null;
  if (id) loading = load(id);
}

/** What came after the thread was read and before the lists were, from whose place the stream goes on. */
export async function catchUpOpen(): Promise<void> {
  await loading;
  if (opened.value?.state === 'loaded') await reloadOpen();
}

function blank(id: string): Opened {
  return { id, state: 'loading', error: null, thread: EMPTY, fence: OPEN_FENCE, present: [], marks: [], loadingOlder: false, filling: true };
}

export async function load(id: string): Promise<void> {
  try {
    const read = await refresh(id);
    change(id, ({ fence }) => ({ fence: withEpoch(fence, read.control_epoch) }));
    await loadAfter(id, Math.max(0, read.last_sequence - PAGE));
    change(id, () => ({ state: 'loaded', error: null }));
    await loadBeside(id);
  } catch (error) {
    change(id, () => ({ state: 'failed', error }));
  } finally {
    change(id, () => ({ filling: false }));
  }
}

/** What stands beside the messages. Without it the thread is still good to read. */
async function loadBeside(id: string): Promise<void> {
  const notes = listNotes(id).then((all) => change(id, ({ thread }) => ({ thread: withNotes(thread, all) })));
  const marks = readMarks(id).then((all) => change(id, () => ({ marks: all })));
  await Promise.allSettled([notes, marks]);
}

/** Loads everything above a sequence. */
async function loadAfter(id: string, after: number): Promise<void> {
  for (let from = after; ; ) {
    const page = await listMessages(id, from, 200);
    void takeMessages(id, page.messages);
    const last = page.messages.at(-1);
    if (!last || !page.next_page_token || opened.value?.id !== id) return;
    from = last.sequence;
  }
}

/** Takes messages in, and loads what is missing before them: until then they are not shown. */
export async function takeMessages(id: string, messages: readonly Message[]): Promise<void> {
  for (const message of messages) hearMessage(message);
  const merged = opened.value?.id === id ? withMessages(opened.value.thread, messages) : null;
  if (merged) change(id, () => ({ thread: merged.thread }));
  // What is not in the thread yet stays in the outbox, and so on the screen.
  acknowledge(merged?.thread.messages ?? messages);
  if (merged && merged.missingAfter !== null) await loadAfter(id, merged.missingAfter).catch(() => undefined);
}

let older: { id: string; done: Promise<void> } | null = null;

/** Whoever asks while a page is on its way waits for that one. */
export function loadOlder(): Promise<void> {
  const current = opened.value;
  if (!current || oldest(current.thread) <= 1) return Promise.resolve();
  if (older?.id === current.id) return older.done;
  const loading = { id: current.id, done: readOlder(current).finally(() => (older = older === loading ? null : older)) };
  older = loading;
  return loading.done;
}

async function readOlder({ id, thread }: Opened): Promise<void> {
  const before = oldest(thread);
  change(id, () => ({ loadingOlder: true, filling: true }));
  try {
    const after = Math.max(0, before - 1 - PAGE);
    const page = await listMessages(id, after, before - 1 - after);
    void takeMessages(id, page.messages);
  } finally {
    change(id, () => ({ loadingOlder: false, filling: false }));
  }
}

/** Loads until a message is there, however far back it stands. `false` if it is not, or another conversation is open by now. */
export async function loadBackTo(id: string, sequence: number): Promise<boolean> {
  await loading;
  for (let last = Number.POSITIVE_INFINITY; opened.value?.id === id; ) {
    const from = oldest(opened.value.thread);
    if (from <= Math.max(1, sequence)) return true;
    if (from >= last) return false;
    last = from;
    await loadOlder();
  }
  return false;
}

/** After a reset, or a refusal that says the thread has moved: what is newer, and the state. */
export async function reloadOpen(): Promise<void> {
  const current = opened.value;
  if (!current) return;
  if (current.state !== 'loaded') return load(current.id);
  try {
    await Promise.all([refresh(current.id), loadAfter(current.id, newest(current.thread)), loadBeside(current.id)]);
  } catch {
    // What is on the screen stays; the stream's next word brings the rest.
  }
}

export function hearOpenEvent(event: InboxEvent): void {
  const id = event.conversation_id;
  if (opened.value?.id !== id) return event.message ? acknowledge([event.message]) : undefined;
  batch(() => {
    if (event.message) hearOpenMessage(id, event.message);
    const { note, state, read_mark: mark } = event;
    if (note) change(id, ({ thread }) => ({ thread: withNotes(thread, [note]) }));
    if (state) change(id, ({ fence }) => ({ fence: withEpoch(fence, state.control_epoch) }));
    if (mark) change(id, ({ marks }) => ({ marks: [mark, ...marks.filter((one) => one.reader?.id !== mark.reader?.id)] }));
  });
}

function hearOpenMessage(id: string, message: Message): void {
  void takeMessages(id, [message]);
  change(id, ({ fence, present }) => ({
    fence: message.author_kind === 'ai' ? withoutGrowing(fence) : withEpoch(fence, message.control_epoch),
    present: without(present, message.author_id ?? message.author_kind),
  }));
}

let growingEnds: ReturnType<typeof setTimeout> | undefined;

export function hearActivity(activity: Activity): void {
  const id = activity.conversation_id;
  const { delta, presence } = activity;
  if (presence && presence.actor?.id !== myId.value) {
    change(id, ({ present }) => ({ present: withActivity(present, activity, Date.now()) }));
  }
  if (delta && opened.value?.id === id) {
    change(id, ({ fence }) => ({ fence: withDelta(fence, delta) }));
    clearTimeout(growingEnds);
    growingEnds = setTimeout(() => change(id, ({ fence }) => ({ fence: withoutGrowing(fence) })), GROWING_LASTS_MS);
  }
}

/** How far is being said to be read. */
const saying = new Map<string, number>();

/** Says that the newest message was seen; once for each, and again at the next look if it did not get through. */
export async function sayRead(): Promise<void> {
  const current = opened.value;
  const sequence = current ? newest(current.thread) : 0;
  if (!current || sequence === 0) return;
  const { id } = current;
  if (Math.max(readUpTo.value.get(id) ?? 0, saying.get(id) ?? 0) >= sequence) return;
  saying.set(id, sequence);
  try {
    await markRead(id, sequence);
    hearRead(id, sequence);
  } catch {
    // Not remembered, so that it is said again.
  } finally {
    if (saying.get(id) === sequence) saying.delete(id);
  }
}

/** A command's answer is the newest state there is. */
export function takeState(fresh: Conversation): void {
  put(fresh);
  change(fresh.id, ({ fence }) => ({ fence: withEpoch(fence, fresh.control_epoch) }));
}
