// The thread: no gap, no double, whatever comes in whichever order; and the rows that are made of it.

import { describe, expect, it } from 'vitest';
import { message, note } from './fixtures';
import { EMPTY, memberSequenceSeen, newest, oldest, type Pending, type Thread, withMessages, withNotes, withPending } from './thread';
import { timeline } from './timeline';

const thread = (from: number, to: number): Thread =>
  withMessages(EMPTY, Array.from({ length: to - from + 1 }, (_, i) => message(from + i))).thread;
const sequences = (one: Thread): number[] => one.messages.map((held) => held.sequence);
const pending = (part: Partial<Pending> = {}): Pending => ({ id: 'p1', kind: 'reply', text: 'hi', state: 'sending', error: null, time: '2026-11-22T10:00:00Z', ...part });

describe('messages', () => {
  it('stand once, by their sequence, in whichever order they come', () => {
    const { thread: merged } = withMessages(thread(1, 2), [message(4), message(3), message(2)]);
    expect(sequences(merged)).toEqual([1, 2, 3, 4]);
  });

  it('behind a gap are left out, and the gap is named', () => {
    const merged = withMessages(thread(1, 3), [message(6)]);
    expect(sequences(merged.thread)).toEqual([1, 2, 3]);
    expect(merged.missingAfter).toBe(3);
  });

  it('older than the page are put before it', () => {
    const { thread: merged, missingAfter } = withMessages(thread(51, 60), Array.from({ length: 50 }, (_, i) => message(i + 1)));
    expect([oldest(merged), newest(merged), missingAfter]).toEqual([1, 60, null]);
  });

  it('that came by the stream before the page join it', () => {
    const early = withMessages(EMPTY, [message(9)]).thread;
    expect(sequences(withMessages(early, [message(7), message(8), message(9)]).thread)).toEqual([7, 8, 9]);
  });

  it('of a newer revision replace their older self, never the other way round', () => {
    const delivered = message(1, { revision: 9, delivery_state: 'delivered' });
    const merged = withMessages(withMessages(EMPTY, [delivered]).thread, [message(1)]).thread;
    expect(merged.messages[0]?.delivery_state).toBe('delivered');
  });

  it('that this tab sent end the wait for them', () => {
    const waiting = withPending(thread(1, 1), pending());
    expect(withMessages(waiting, [message(2, { client_message_id: 'p1' })]).thread.pending).toEqual([]);
  });
});

describe('the last member message that was seen', () => {
  it('is the newest of the page', () => {
    const merged = withMessages(thread(1, 3), [message(4, { author_kind: 'member' }), message(5)]).thread;
    expect(memberSequenceSeen(merged)).toBe(4);
  });

  it('counts everything below the page as seen', () => expect(memberSequenceSeen(thread(51, 60))).toBe(50));
  it('is none in a whole thread without one', () => expect(memberSequenceSeen(thread(1, 5))).toBe(0));
});

describe('notes', () => {
  it('stand once and end the wait for the same words of the same author', () => {
    const waiting = withPending(thread(1, 1), pending({ kind: 'note', text: 'note n1' }));
    const merged = withNotes(withNotes(waiting, [note('n1', 1)], 'mem_me'), [note('n1', 1)], 'mem_me');
    expect([merged.notes.length, merged.pending.length]).toEqual([1, 0]);
  });

  it('by somebody else do not', () => {
    const waiting = withPending(thread(1, 1), pending({ kind: 'note', text: 'note n1' }));
    expect(withNotes(waiting, [note('n1', 1, { author_id: 'mem_other' })], 'mem_me').pending).toHaveLength(1);
  });
});

describe('the timeline', () => {
  const kinds = (one: Thread): string[] => timeline(one).map((item) => item.kind);

  it('puts a note behind the message it follows, and what is being sent last', () => {
    const all = withPending(withNotes(thread(1, 2), [note('n1', 1), note('n2', 2)], 'me'), pending());
    expect(kinds(all)).toEqual(['day', 'message', 'note', 'message', 'note', 'pending']);
  });

  it('leaves out notes of pages that are not loaded', () => {
    expect(kinds(withNotes(thread(10, 11), [note('n1', 3), note('n2', 9)], 'me'))).toEqual(['day', 'note', 'message', 'message']);
  });

  it('marks each day once', () => {
    const two = withMessages(EMPTY, [message(1, { create_time: '2026-11-20T12:00:00Z' }), message(2, { create_time: '2026-11-22T12:00:00Z' })]).thread;
    expect(kinds(two)).toEqual(['day', 'message', 'day', 'message']);
  });
});
