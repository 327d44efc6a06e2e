// The conversation that is open: its thread as far as it is loaded, who is there, and the answer as it grows.
// Must not know how it is drawn, nor how a reply is sent.

import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { listMessages, listNotes, markRead, readMarks } from '../api/conversations';
import type { Activity, Conversation, InboxEvent, Message, ReadMark } from '../api/types';
import { type Fence, OPEN_FENCE, withDelta, withEpoch, withoutGrowing } from '../core/growing';
import { expired, type Present, without, withActivity } from '../core/presence';
import { EMPTY, newest, oldest, type Thread, withMessages, withNotes } from '../core/thread';
import { held, put, refresh } from './lists';
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

function openAnother(id: string | null): void {
  if (id === (opened.value?.id ?? null)) return;
  opened.value = id ? blank(id) : null;
  if (id) void load(id);
}

function blank(id: string): Opened {
  return { id, state: 'loading', error: null, thread: EMPTY, fence: OPEN_FENCE, present: [], marks: [], loadingOlder: false };
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
  }
}

/** What stands beside the messages. Without it the thread is still good to read. */
async function loadBeside(id: string): Promise<void> {
  const notes = listNotes(id).then((all) => change(id, ({ thread }) => ({ thread: withNotes(thread, all, myId.value) })));
  const marks = readMarks(id).then((all) => change(id, () => ({ marks: all })));
  await Promise.allSettled([notes, marks]);
}

/** Loads everything above a sequence. */
async function loadAfter(id: string, after: number): Promise<void> {
  for (let from = after; ; ) {
    const page = await listMessages(id, from, 200);
    takeMessages(id, page.messages);
    const last = page.messages.at(-1);
    if (!last || !page.next_page_token || opened.value?.id !== id) return;
    from = last.sequence;
  }
}

/** Takes messages in, and loads what is missing before them. */
export function takeMessages(id: string, messages: readonly Message[]): void {
  for (const message of messages) hearMessage(message);
  change(id, (current) => {
    const { thread, missingAfter } = withMessages(current.thread, messages);
    if (missingAfter !== null) void loadAfter(id, missingAfter).catch(() => undefined);
    return { thread };
  });
}

export async function loadOlder(): Promise<void> {
  const current = opened.value;
  if (!current || current.loadingOlder || oldest(current.thread) <= 1) return;
  const before = oldest(current.thread);
  change(current.id, () => ({ loadingOlder: true }));
  try {
    const after = Math.max(0, before - 1 - PAGE);
    const page = await listMessages(current.id, after, before - 1 - after);
    takeMessages(current.id, page.messages);
  } finally {
    change(current.id, () => ({ loadingOlder: false }));
  }
}

/** Loads until a message is there, however far back it stands. */
export async function loadBackTo(sequence: number): Promise<void> {
  for (let last = Number.POSITIVE_INFINITY; opened.value; ) {
    const from = oldest(opened.value.thread);
    if (from <= Math.max(1, sequence) || from >= last) return;
    last = from;
    await loadOlder();
  }
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
  if (opened.value?.id !== id) return;
  batch(() => {
    if (event.message) hearOpenMessage(id, event.message);
    const { note, state, read_mark: mark } = event;
    if (note) change(id, ({ thread }) => ({ thread: withNotes(thread, [note], myId.value) }));
    if (state) change(id, ({ fence }) => ({ fence: withEpoch(fence, state.control_epoch) }));
    if (mark) change(id, ({ marks }) => ({ marks: [mark, ...marks.filter((one) => one.reader?.id !== mark.reader?.id)] }));
  });
}

function hearOpenMessage(id: string, message: Message): void {
  takeMessages(id, [message]);
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

/** Says that the newest message was seen; at most once for each. */
export async function sayRead(): Promise<void> {
  const current = opened.value;
  const sequence = current ? newest(current.thread) : 0;
  if (!current || sequence === 0 || (readUpTo.value.get(current.id) ?? 0) >= sequence) return;
  hearRead(current.id, sequence);
  // Lost, it is said again with the next message.
  await markRead(current.id, sequence).catch(() => undefined);
}

/** A command's answer is the newest state there is. */
export function takeState(fresh: Conversation): void {
  put(fresh);
  change(fresh.id, ({ fence }) => ({ fence: withEpoch(fence, fresh.control_epoch) }));
}
