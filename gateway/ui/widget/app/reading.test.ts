import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '../../shared/problem';
import { type ThreadState, emptyThread } from '../model/thread';
import type { Conversation, Message } from '../model/types';
import { followReading, loadMark } from './reading';
import { NoSession } from './session';
import { type Store, memoryStore } from './storage';

const message = (sequence: number): Message => ({ id: `msg_${sequence}`, sequence, author_kind: 'member', text: 'x', sources: [] });
const conversation: Conversation = { id: 'conv_1', control: 'human', control_epoch: 1, resolved: false, last_sequence: 1, revision: 1, answer_by_email: false };
const upTo = (last: number): ThreadState => ({ ...emptyThread, conversation, messages: Array.from({ length: last }, (_, at) => message(at + 1)) });

function setUp(store: Store = memoryStore()) {
  const [thread, looking] = [signal(upTo(1)), signal(true)];
  const read = vi.fn<(id: string, sequence: number) => Promise<void>>().mockResolvedValue(undefined);
  const mark = signal(loadMark(store));
  const reading = followReading({ thread, looking, mark, api: { read }, store, random: () => 1 });
  return { thread, looking, read, mark, store, ...reading };
}

const settle = (ms = 400): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('how far was read', () => {
  it('is told once for what comes together, and not while nobody looks', async () => {
    const { thread, looking, read } = setUp();
    thread.value = upTo(2);
    await settle();
    expect(read.mock.calls).toEqual([['conv_1', 2]]);
    looking.value = false;
    thread.value = upTo(3);
    await settle(60_000);
    expect(read).toHaveBeenCalledOnce();
  });

  it('is told again until the gateway knows it, so that nobody is mailed what they have read', async () => {
    const { read } = setUp();
    read.mockRejectedValueOnce(new Unreachable('x')).mockRejectedValueOnce(new Problem(503, { retry_after: 30 }));
    await settle();
    await settle(1_999);
    expect(read).toHaveBeenCalledTimes(1);
    await settle(1);
    expect(read).toHaveBeenCalledTimes(2);
    await settle(29_999);
    expect(read).toHaveBeenCalledTimes(2);
    await settle(1);
    expect(read.mock.calls.at(-1)).toEqual(['conv_1', 1]);
    await settle(10 * 60_000);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('is told on the next page, if this one ended first', async () => {
    const before = setUp();
    before.read.mockRejectedValue(new Unreachable('x'));
    await settle();
    before.stop();
    const after = setUp(before.store);
    after.looking.value = false;
    after.again();
    await settle();
    expect(after.read.mock.calls).toEqual([['conv_1', 1]]);
    after.stop();
    const third = setUp(before.store);
    third.again();
    await settle(60_000);
    expect(third.read).not.toHaveBeenCalled();
  });

  it('is told at once when there is a way again, and no more where there is none', async () => {
    const { read, again } = setUp();
    read.mockRejectedValueOnce(new Unreachable('x'));
    await settle();
    again();
    await settle();
    expect(read).toHaveBeenCalledTimes(2);
    again();
    await settle(60_000);
    expect(read).toHaveBeenCalledTimes(2);
    const refused = setUp();
    refused.read.mockRejectedValue(new NoSession());
    await settle(60_000);
    expect(refused.read).toHaveBeenCalledOnce();
  });

  it('is not told before the time that the gateway named, whatever happens meanwhile', async () => {
    const { read, again, thread } = setUp();
    read.mockRejectedValueOnce(new Problem(429, { reason: 'RATE_LIMITED', retry_after: 60 }));
    await settle();
    again();
    thread.value = upTo(2);
    await settle(30_000);
    again();
    await settle(29_999);
    expect(read).toHaveBeenCalledOnce();
    await settle(1);
    expect(read.mock.calls.slice(1)).toEqual([['conv_1', 2]]);
    again();
    thread.value = upTo(3);
    await settle(400);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('does not go back behind what another tab has told', async () => {
    const store = memoryStore();
    const { read, thread } = setUp(store);
    store.set('told', 'conv_1:5');
    await settle();
    expect(read).not.toHaveBeenCalled();
    thread.value = upTo(6);
    await settle();
    expect(read.mock.calls).toEqual([['conv_1', 6]]);
  });
});
