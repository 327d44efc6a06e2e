import { describe, expect, it } from 'vitest';
import { STALE_MS } from './partial';
import { type ThreadEvent, type ThreadState, emptyThread, gapAfter, reduceThread, visiblePartial } from './thread';
import type { Conversation, Delta, Message } from './types';

const message = (sequence: number, more: Partial<Message> = {}): Message => ({
  id: `msg_${sequence}`, sequence, author_kind: 'visitor', text: `text ${sequence}`, sources: [], ...more,
});
const conversation = (more: Partial<Conversation> = {}): Conversation => ({
  id: 'conv_1', control: 'ai', control_epoch: 1, resolved: false, last_sequence: 0, revision: 1, answer_by_email: false, ...more,
});
const delta = (offset: number, text: string, more: Partial<Delta> = {}): Delta => ({
  conversation_id: 'conv_1', control_epoch: 1, turn_id: 'turn_1', offset, text, ...more,
});
const play = (events: ThreadEvent[], from: ThreadState = emptyThread): ThreadState => events.reduce(reduceThread, from);
const says = (one: Message): ThreadEvent => ({ type: 'message', message: one });
const turns = (more: Partial<Conversation>): ThreadEvent => ({ type: 'conversation', conversation: conversation(more) });
const piece = (one: Delta, now = 0): ThreadEvent => ({ type: 'delta', delta: one, now });
const load = (messages: Message[], more: Partial<Conversation> = {}, after = 0): ThreadEvent => ({
  type: 'loaded', after, thread: { conversation: conversation({ last_sequence: messages.at(-1)?.sequence ?? 0, ...more }), messages },
});
const started = play([load([message(1), message(2)])]);
const sequences = (state: ThreadState): number[] => state.messages.map(({ sequence }) => sequence);

describe('order and doubles', () => {
  it('keeps messages by sequence, each once, however they come', () => {
    const state = play([says(message(4)), says(message(3)), says(message(4)), says(message(3))], started);
    expect(sequences(state)).toEqual([1, 2, 3, 4]);
  });

  it('does not change at all for what it knows', () => {
    expect(play([says(message(2))], started)).toBe(started);
    expect(play([{ type: 'tick', now: 99 }], started)).toBe(started);
  });

  it('keeps the highest revision of the conversation', () => {
    const state = play([turns({ revision: 5, control: 'human', control_epoch: 3 }), turns({ revision: 4, control: 'waiting', control_epoch: 2 })], started);
    expect(state.conversation?.control).toBe('human');
  });

  it('keeps that an address is wanted when the answer to a command does not say', () => {
    const waiting = play([turns({ revision: 2, control: 'waiting', control_epoch: 2, email_wanted: true })], started);
    const answered = play([turns({ revision: 3, control: 'waiting', control_epoch: 2, email_wanted: null })], waiting);
    expect(answered.conversation?.email_wanted).toBe(true);
    expect(play([turns({ revision: 4, control_epoch: 3, email_wanted: null })], answered).conversation?.email_wanted).toBeNull();
  });
});

describe('the name of who has it', () => {
  it('is kept when the answer to a command does not say it, until control changes', () => {
    const human = play([turns({ revision: 2, control: 'human', control_epoch: 2, assignee_name: 'Ana' })], started);
    expect(play([turns({ revision: 3, control: 'human', control_epoch: 2 })], human).conversation?.assignee_name).toBe('Ana');
    expect(play([turns({ revision: 3, control: 'human', control_epoch: 3 })], human).conversation?.assignee_name).toBeNull();
  });
});

describe('gaps', () => {
  it('sees a hole between messages and one at the end', () => {
    expect(gapAfter(started)).toBeNull();
    expect(gapAfter(play([says(message(5))], started))).toBe(2);
    expect(gapAfter(play([turns({ revision: 2, last_sequence: 3 })], started))).toBe(2);
  });

  it('is content once the hole is filled, and does not ask again for what is not there', () => {
    const holed = play([says(message(5))], started);
    expect(gapAfter(play([load([message(3), message(4), message(5)], {}, 2)], holed))).toBeNull();
    expect(gapAfter(play([load([message(5)], { last_sequence: 5 }, 2)], holed))).toBeNull();
  });

  it('asks on where a part ended before the thread did', () => {
    const behind = play([says(message(900))], started);
    expect(gapAfter(behind)).toBe(2);
    const half = play([load([message(3), message(4)], { last_sequence: 900 }, 2)], behind);
    expect(gapAfter(half)).toBe(4);
    expect(gapAfter(play([load([message(5), message(900)], { last_sequence: 900 }, 4)], half))).toBeNull();
  });

  it('takes a thread that begins in the middle for whole', () => {
    expect(gapAfter(play([load([message(600), message(601)])]))).toBeNull();
  });

  it('keeps what came over the stream while the whole was loaded', () => {
    const state = play([says(message(3)), load([message(1), message(2)])], started);
    expect(sequences(state)).toEqual([1, 2, 3]);
  });
});

describe('another conversation', () => {
  it('is seen by its id, and by a known place with an unknown message', () => {
    expect(play([turns({ id: 'conv_2' })], started).stale).toBe(true);
    expect(play([says(message(1, { id: 'msg_other' }))], started).stale).toBe(true);
  });

  it('keeps what was said before in sight, and begins its own epochs', () => {
    const before = play([turns({ revision: 9, control_epoch: 7 })], started);
    const state = play([load([message(1, { id: 'msg_n' })], { id: 'conv_2', control_epoch: 1 })], before);
    expect(state).toMatchObject({ stale: false, epoch: 1 });
    expect(state.earlier.map(({ id }) => id)).toEqual(['msg_1', 'msg_2']);
    expect(state.messages.map(({ id }) => id)).toEqual(['msg_n']);
  });

  it('is not begun by a part of it', () => {
    expect(play([load([message(9)], { id: 'conv_2' }, 2)], started)).toMatchObject({ stale: true, messages: started.messages });
  });

  it('does not vanish because an older answer knew of none', () => {
    const state = play([{ type: 'loaded', after: 0, thread: { conversation: null, messages: [] } }], started);
    expect(sequences(state)).toEqual([1, 2]);
  });
});

describe('an answer that grows', () => {
  const shown = (state: ThreadState): string | undefined => visiblePartial(state)?.text;

  it('is put together by offsets in bytes', () => {
    const state = play([piece(delta(0, 'Grüß')), piece(delta(6, ' Gött')), piece(delta(12, 'in 🚲')), piece(delta(19, '!'))], started);
    expect(shown(state)).toBe('Grüß Göttin 🚲!');
  });

  it('begins anew at offset 0, and at a newer turn', () => {
    expect(shown(play([piece(delta(0, 'abc')), piece(delta(0, 'xy'))], started))).toBe('xy');
    expect(shown(play([piece(delta(0, 'abc')), piece(delta(0, 'new', { turn_id: 'turn_2' }))], started))).toBe('new');
  });

  it('does not say a piece twice that came twice', () => {
    expect(shown(play([piece(delta(0, 'abc')), piece(delta(3, 'def')), piece(delta(3, 'def'))], started))).toBe('abcdef');
  });

  it('stands still where a piece is missing, and shows no middle without a beginning', () => {
    expect(shown(play([piece(delta(0, 'abc')), piece(delta(9, 'xyz')), piece(delta(12, '!'))], started))).toBe('abc');
    expect(shown(play([piece(delta(9, 'xyz'))], started))).toBeUndefined();
    expect(shown(play([piece(delta(0, 'ü')), piece(delta(1, 'x'))], started))).toBe('ü');
  });

  it('is fenced: nothing of an older epoch, of another conversation, or while a person has control', () => {
    const later = play([turns({ revision: 2, control_epoch: 3 })], started);
    expect(shown(play([piece(delta(0, 'old', { control_epoch: 2 }))], later))).toBeUndefined();
    expect(shown(play([piece(delta(0, 'new', { control_epoch: 3 }))], later))).toBe('new');
    expect(shown(play([piece(delta(0, 'x', { conversation_id: 'conv_9' }))], started))).toBeUndefined();
    for (const control of ['waiting', 'human'] as const) {
      const taken = play([turns({ revision: 2, control, control_epoch: 2 })], started);
      expect(shown(play([piece(delta(0, 'late', { control_epoch: 2 }))], taken))).toBeUndefined();
    }
  });

  it('goes with the change of control', () => {
    const growing = play([piece(delta(0, 'half an ans'))], started);
    expect(shown(play([turns({ revision: 2, control: 'waiting', control_epoch: 2 })], growing))).toBeUndefined();
    expect(shown(play([turns({ revision: 2, control: 'ai', control_epoch: 3 })], growing))).toBeUndefined();
    expect(shown(play([turns({ revision: 2 })], growing))).toBe('half an ans');
  });

  it('is replaced by its message, and does not come back with a late piece', () => {
    const done = play([piece(delta(0, 'The ans')), says(message(3, { author_kind: 'ai', text: 'The answer.' }))], started);
    expect(shown(done)).toBeUndefined();
    expect(shown(play([piece(delta(0, 'The answer'))], done))).toBeUndefined();
    expect(shown(play([piece(delta(0, 'Another'))], done))).toBe('Another');
  });

  it('dies when nothing more comes', () => {
    const growing = play([piece(delta(0, 'abc'), 1_000)], started);
    expect(shown(play([{ type: 'tick', now: 1_000 + STALE_MS }], growing))).toBe('abc');
    expect(shown(play([{ type: 'tick', now: 1_001 + STALE_MS }], growing))).toBeUndefined();
  });
});

describe('somebody of the staff writes', () => {
  const typing = (staff_typing: boolean, now: number, conversation_id = 'conv_1'): ThreadEvent => ({ type: 'typing', typing: { conversation_id, staff_typing }, now });

  it('until it is said to be over, is not repeated for 6 s, or the message is there', () => {
    const writes = play([typing(true, 1_000)], started);
    expect(writes.staffTypingUntil).toBe(7_000);
    expect(play([{ type: 'tick', now: 6_999 }], writes).staffTypingUntil).toBe(7_000);
    expect(play([{ type: 'tick', now: 7_000 }], writes).staffTypingUntil).toBe(0);
    expect(play([typing(false, 2_000)], writes).staffTypingUntil).toBe(0);
    expect(play([says(message(3, { author_kind: 'member' }))], writes).staffTypingUntil).toBe(0);
    expect(play([typing(true, 1_000, 'conv_9')], started).staffTypingUntil).toBe(0);
  });
});
