// The thread: no gap, no double, whatever comes in whichever order; and the rows that are made of it.

import { describe, expect, it } from 'vitest';
import { job, message, note } from './fixtures';
import { EMPTY, memberSequenceSeen, newest, oldest, type Thread, withMessages, withNotes } from './thread';
import type { Job } from './outbox';
import { timeline } from './timeline';

const thread = (from: number, to: number): Thread =>
  withMessages(EMPTY, Array.from({ length: to - from + 1 }, (_, i) => message(from + i))).thread;
const sequences = (one: Thread): number[] => one.messages.map((held) => held.sequence);

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
});

describe('the last member message that was seen', () => {
  it('is the newest of the page', () => {
    const merged = withMessages(thread(1, 3), [message(4, { author_kind: 'member' }), message(5)]).thread;
    expect(memberSequenceSeen(merged)).toBe(4);
  });

  it('counts everything below the page as seen', () => expect(memberSequenceSeen(thread(51, 60))).toBe(50));
  it('is none in a whole thread without one', () => expect(memberSequenceSeen(thread(1, 5))).toBe(0));
});

it('notes stand once', () => {
  expect(withNotes(withNotes(thread(1, 1), [note('n1', 1)]), [note('n1', 1)]).notes).toHaveLength(1);
});

describe('the timeline', () => {
  const kinds = (one: Thread, line: Job[] = []): string[] => timeline(one, line).map((item) => ('job' in item && item.job ? 'sending' : item.kind));
  const keys = (one: Thread, line: Job[] = []): string[] => timeline(one, line).map((item) => item.key);

  it('puts a note behind the message it follows, and what is being sent last', () => {
    const all = withNotes(thread(1, 2), [note('n1', 1), note('n2', 2)]);
    expect(kinds(all, [job('p1')])).toEqual(['day', 'message', 'note', 'message', 'note', 'sending']);
  });

  it('leaves out notes of pages that are not loaded', () => {
    expect(kinds(withNotes(thread(10, 11), [note('n1', 3), note('n2', 9)]))).toEqual(['day', 'note', 'message', 'message']);
  });

  it('marks each day once', () => {
    const two = withMessages(EMPTY, [message(1, { create_time: '2026-11-20T12:00:00Z' }), message(2, { create_time: '2026-11-22T12:00:00Z' })]).thread;
    expect(kinds(two)).toEqual(['day', 'message', 'day', 'message']);
  });

  it('keeps the row of a reply that arrives, so that it is not read out twice', () => {
    const arrived = withMessages(thread(1, 1), [message(2, { author_kind: 'member', author_id: 'mem_me', client_message_id: 'p1' })]).thread;
    expect(keys(thread(1, 1), [job('p1')])).toEqual(keys(arrived, [job('p1')]));
    expect([kinds(arrived, [job('p1')]), keys(arrived)]).toEqual([['day', 'message', 'message'], keys(arrived, [job('p1')])]);
  });

  it('does not take the same client id of somebody else for one’s own', () => {
    const other = withMessages(thread(1, 1), [message(2, { author_kind: 'member', author_id: 'mem_other', client_message_id: 'p1' })]).thread;
    expect(kinds(other, [job('p1')])).toEqual(['day', 'message', 'message', 'sending']);
  });

  it('keeps the row of a note whose echo comes before the answer', () => {
    const line = [job('p1', { kind: 'note', text: 'same' }), job('p2', { kind: 'note', text: 'same' })];
    const echoed = withNotes(thread(1, 1), [note('n1', 1, { text: 'same', revision: 2 })]);
    expect(keys(echoed, line)).toEqual(keys(thread(1, 1), line));
    expect(kinds(echoed, line)).toEqual(['day', 'message', 'note', 'sending']);
    expect(timeline(echoed, line.slice(1), new Map([['n1', 'p1']])).map((item) => item.key)).toEqual(keys(echoed, line));
  });

  it('does not take an older note, or one of somebody else, for what is being sent', () => {
    const old = withNotes(thread(1, 1), [note('n1', 1, { text: 'same', revision: 1 }), note('n2', 1, { text: 'same', revision: 5, author_id: 'mem_other' })]);
    expect(kinds(old, [job('p1', { kind: 'note', text: 'same' })])).toEqual(['day', 'message', 'note', 'note', 'sending']);
  });

  it('never hides what failed behind a note of the same words', () => {
    const echoed = withNotes(thread(1, 1), [note('n1', 1, { text: 'same', revision: 2 })]);
    expect(kinds(echoed, [job('p1', { kind: 'note', text: 'same', state: 'failed' })])).toContain('sending');
  });
});
