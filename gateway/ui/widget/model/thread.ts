// The thread as a state and what happens to it: order, doubles, gaps, the fence. Pure. Must not know where events come from, nor how it is
// shown.

import { STALE_MS, type Partial, grow } from './partial';
import type { Conversation, Delta, Message, Thread, Typing } from './types';

export interface ThreadState {
  conversation: Conversation | null;
  /** By rising sequence, without doubles. */
  messages: readonly Message[];
  /** Of conversations before this one, as long as the page lives: a new conversation must not empty the screen. */
  earlier: readonly Message[];
  /** The highest control epoch seen; what is below it says nothing any more. */
  epoch: number;
  partial: Partial | null;
  /** Until when somebody of the staff counts as writing, in the caller's milliseconds. */
  staffTypingUntil: number;
  /** Up to here the thread was asked for; a hole below is not one that can be filled. */
  askedUpTo: number;
  /** Something does not fit together: load the whole thread. */
  stale: boolean;
}

export type ThreadEvent =
  | { type: 'loaded'; thread: Pick<Thread, 'conversation' | 'messages'>; after: number }
  | { type: 'message'; message: Message }
  | { type: 'conversation'; conversation: Conversation }
  | { type: 'typing'; typing: Typing; now: number }
  | { type: 'delta'; delta: Delta; now: number }
  | { type: 'tick'; now: number };

export const emptyThread: ThreadState = {
  conversation: null,
  messages: [],
  earlier: [],
  epoch: 0,
  partial: null,
  staffTypingUntil: 0,
  askedUpTo: 0,
  stale: false,
};

/** What is not repeated for 6 s is over. */
const TYPING_MS = 6_000;

export function reduceThread(state: ThreadState, event: ThreadEvent): ThreadState {
  switch (event.type) {
    case 'loaded':
      return loaded(state, event.thread, event.after);
    case 'message':
      return withMessage(state, event.message);
    case 'conversation':
      return withConversation(state, event.conversation);
    case 'typing':
      return withTyping(state, event.typing, event.now);
    case 'delta':
      return withDelta(state, event.delta, event.now);
    case 'tick':
      return tick(state, event.now);
  }
}

/** The sequence after which messages are missing, or null. */
export function gapAfter(state: ThreadState): number | null {
  const known = state.conversation?.last_sequence ?? 0;
  let last = (state.messages[0]?.sequence ?? 1) - 1;
  for (const message of state.messages) {
    if (message.sequence > last + 1 && message.sequence > state.askedUpTo + 1) return last;
    last = message.sequence;
  }
  return known > last && known > state.askedUpTo ? last : null;
}

/** Whether the growing answer is to be shown: not when its message is there already and a late piece grew it again. */
export function visiblePartial(state: ThreadState): Partial | null {
  const { partial } = state;
  const last = state.messages.at(-1);
  if (partial === null || partial.text === '') return null;
  return last?.author_kind === 'ai' && last.text.startsWith(partial.text.trim()) ? null : partial;
}

function loaded(state: ThreadState, thread: Pick<Thread, 'conversation' | 'messages'>, after: number): ThreadState {
  const conversation = thread.conversation ?? null;
  // Conversations do not vanish: an empty answer was under way when the first one began.
  if (conversation === null) return { ...state, stale: false };
  const same = state.conversation === null || state.conversation.id === conversation.id;
  // Of another conversation a part is of no use.
  if (!same && after > 0) return { ...state, stale: true };
  const base = same ? state : begun(state);
  const merged = mergeAll(after === 0 && same ? newerThan(base.messages, thread.messages) : base.messages, thread.messages);
  const given = thread.messages.at(-1)?.sequence;
  // A part that is long ends before the thread does: what lies above its end is asked for next.
  const reached = after > 0 ? (given ?? conversation.last_sequence) : Math.max(conversation.last_sequence, given ?? 0);
  const askedUpTo = Math.max(base.askedUpTo, reached);
  return withConversation({ ...base, messages: merged, askedUpTo, stale: false }, conversation, true);
}

/** Another conversation begins: what was said before stays in sight. */
function begun(state: ThreadState): ThreadState {
  return { ...emptyThread, earlier: [...state.earlier, ...state.messages] };
}

/** A whole load is the truth, but for what came over the stream while it was under way. */
function newerThan(messages: readonly Message[], whole: readonly Message[]): readonly Message[] {
  const last = whole.at(-1)?.sequence ?? 0;
  return messages.filter((message) => message.sequence > last);
}

function mergeAll(into: readonly Message[], messages: readonly Message[]): readonly Message[] {
  const bySequence = new Map(into.map((message) => [message.sequence, message]));
  for (const message of messages) bySequence.set(message.sequence, message);
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

function withMessage(state: ThreadState, message: Message): ThreadState {
  const there = state.messages.find((one) => one.sequence === message.sequence);
  // The same place and another message: it belongs to a conversation that we have not heard of yet.
  if (there !== undefined && there.id !== message.id) return { ...state, stale: true };
  const next = there === undefined ? { ...state, messages: mergeAll(state.messages, [message]) } : state;
  if (message.author_kind === 'ai') return { ...next, partial: null };
  return message.author_kind === 'member' ? { ...next, staffTypingUntil: 0 } : next;
}

function withConversation(state: ThreadState, conversation: Conversation, loadedNow = false): ThreadState {
  const current = state.conversation;
  if (current !== null && current.id !== conversation.id) return { ...state, stale: true };
  if (current !== null && conversation.revision < current.revision) return state;
  const epoch = Math.max(state.epoch, conversation.control_epoch);
  const keep = state.partial !== null && state.partial.epoch >= epoch && conversation.control === 'ai';
  return {
    ...state,
    conversation: merged(current, conversation),
    epoch,
    partial: keep ? state.partial : null,
    staffTypingUntil: conversation.control === 'ai' ? 0 : state.staffTypingUntil,
    stale: loadedNow ? false : state.stale,
  };
}

/** Answers to commands say neither whether an e-mail address is wanted nor who has it; thread and stream do. */
function merged(current: Conversation | null, next: Conversation): Conversation {
  const still = current !== null && current.control_epoch === next.control_epoch ? current : null;
  return {
    ...next,
    email_wanted: next.email_wanted ?? (next.control === 'waiting' ? (still?.email_wanted ?? null) : null),
    assignee_name: next.assignee_name ?? (next.control === 'human' ? (still?.assignee_name ?? null) : null),
  };
}

function withTyping(state: ThreadState, typing: Typing, now: number): ThreadState {
  if (typing.conversation_id !== state.conversation?.id) return state;
  return { ...state, staffTypingUntil: typing.staff_typing ? now + TYPING_MS : 0 };
}

function withDelta(state: ThreadState, delta: Delta, now: number): ThreadState {
  const { conversation } = state;
  if (conversation === null || delta.conversation_id !== conversation.id) return state;
  if (delta.control_epoch < state.epoch) return state;
  // Under the same epoch only the assistant may speak; a higher one is a change whose `conversation` is still on its way.
  if (delta.control_epoch === conversation.control_epoch && conversation.control !== 'ai') return state;
  return { ...state, epoch: delta.control_epoch, partial: grow(state.partial, delta, now) };
}

function tick(state: ThreadState, now: number): ThreadState {
  const dead = state.partial !== null && now - state.partial.at > STALE_MS;
  const quiet = state.staffTypingUntil !== 0 && now >= state.staffTypingUntil;
  if (!dead && !quiet) return state;
  return { ...state, partial: dead ? null : state.partial, staffTypingUntil: quiet ? 0 : state.staffTypingUntil };
}
