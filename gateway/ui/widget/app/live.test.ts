import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '../../shared/problem';
import type { StreamOptions, StreamState } from '../../shared/sse';
import { emptyThread } from '../model/thread';
import type { Conversation, Message, Thread } from '../model/types';
import { Live } from './live';
import type { SessionKeeper } from './session';

const conversation = (last: number, id = 'conv_1'): Conversation => ({
  id, control: 'ai', control_epoch: 1, resolved: false, last_sequence: last, revision: last, answer_by_email: false,
});
const message = (sequence: number): Message => ({ id: `msg_${sequence}`, sequence, author_kind: 'ai', text: 'x', sources: [] });
const whole = (...sequences: number[]): Thread => ({
  conversation: conversation(sequences.at(-1) ?? 0), messages: sequences.map(message), resume_token: 't1',
});
const busy = (seconds?: number): Problem => new Problem(503, { reason: 'UNAVAILABLE', ...(seconds === undefined ? {} : { retry_after: seconds }) });

function setUp() {
  const [thread, connection, loaded] = [signal(emptyThread), signal<StreamState>('connecting'), signal(false)];
  const answer = vi.fn<(after: number) => Promise<Thread>>().mockResolvedValue(whole(1));
  const stream = { close: vi.fn(), wake: vi.fn() };
  let options: StreamOptions | undefined;
  const open = vi.fn((given: StreamOptions) => ((options = given), stream));
  const [onFault, onLoaded] = [vi.fn(), vi.fn()];
  const keeper = { token: async () => 'token', instead: async () => 'token' } as unknown as SessionKeeper;
  const live = new Live({ thread, connection, loaded, api: { thread: answer }, keeper, onFault, onLoaded, open, random: () => 1 });
  const ticking = setInterval(() => live.tick(Date.now()), 1000);
  const hears = (event: string, data: object): void => options?.onEvent({ event, data: JSON.stringify(data), lastEventId: '' });
  const shows = (state: StreamState): void => options?.onState?.(state);
  return { live, thread, connection, loaded, answer, stream, open, onFault, onLoaded, hears, shows, ticking };
}

const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { onLine: true });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('loading again', () => {
  it('waits longer and longer after failures, whatever passes meanwhile', async () => {
    const { live, answer, hears } = setUp();
    await live.start();
    answer.mockClear().mockRejectedValue(new Unreachable('x'));
    // Of another conversation: what is shown does not fit any more.
    hears('conversation', conversation(1, 'conv_2'));
    await settle(1_499);
    expect(answer).toHaveBeenCalledTimes(1);
    hears('conversation', conversation(2, 'conv_2'));
    await settle(1);
    expect(answer).toHaveBeenCalledTimes(2);
    await settle(2_499);
    expect(answer).toHaveBeenCalledTimes(2);
    await settle(1);
    expect(answer).toHaveBeenCalledTimes(3);
    await settle(60_000);
    expect(answer.mock.calls.length).toBeLessThan(8);
  });

  it('waits as long as the gateway asks', async () => {
    const { live, answer } = setUp();
    answer.mockRejectedValueOnce(busy(40));
    await live.start();
    await settle(39_999);
    live.wake();
    await settle();
    expect(answer).toHaveBeenCalledTimes(1);
    await settle(501);
    expect(answer).toHaveBeenCalledTimes(2);
  });

  it('fills a hole that could not be filled, after the same wait', async () => {
    const { live, thread, answer, hears } = setUp();
    await live.start();
    answer.mockClear().mockRejectedValueOnce(busy(7)).mockResolvedValue(whole(1, 2, 3));
    hears('message', message(3));
    await settle(6_999);
    expect(answer).toHaveBeenCalledTimes(1);
    await settle(501);
    expect(thread.value.messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it.each([
    ['no conversation', { conversation: null, messages: [], resume_token: 't1' }],
    ['an older state', whole(1)],
  ])('waits longer and longer for a hole whose filling brings %s', async (_, part) => {
    const { live, answer, hears } = setUp();
    await live.start();
    answer.mockClear().mockResolvedValue(part);
    hears('message', message(3));
    // Each time the hole, and after a while everything.
    await settle(1_499);
    expect(answer.mock.calls).toEqual([[1]]);
    await settle(1);
    expect(answer.mock.calls).toEqual([[1], [0], [1]]);
    await settle(2_499);
    expect(answer).toHaveBeenCalledTimes(3);
    await settle(60_000);
    expect(answer.mock.calls.length).toBeLessThan(16);
    answer.mockClear().mockResolvedValue(whole(1, 2, 3));
    await settle(31_000);
    expect(answer).toHaveBeenCalledOnce();
  });

  it('asks once for a part of which the gateway has left out the older ones', async () => {
    const { live, thread, answer, hears } = setUp();
    await live.start();
    answer.mockClear().mockResolvedValue(whole(8, 9));
    hears('message', message(9));
    await settle(60_000);
    hears('message', message(10));
    await settle(60_000);
    expect(answer.mock.calls).toEqual([[1]]);
    expect(thread.value.messages.map(({ sequence }) => sequence)).toEqual([1, 8, 9, 10]);
  });

  it('is not done behind a fault, nor while nobody looks', async () => {
    const refused = setUp();
    refused.answer.mockRejectedValue(new Problem(403, { reason: 'FORBIDDEN' }));
    await refused.live.start();
    refused.live.dispatch({ type: 'conversation', conversation: conversation(1) });
    refused.live.dispatch({ type: 'conversation', conversation: conversation(1, 'conv_2') });
    refused.live.reload();
    await settle(60_000);
    expect(refused.onFault).toHaveBeenCalledOnce();
    expect(refused.answer).toHaveBeenCalledOnce();
    const paused = setUp();
    await paused.live.start();
    paused.live.pause();
    paused.live.dispatch({ type: 'conversation', conversation: conversation(1, 'conv_2') });
    await settle(60_000);
    expect(paused.answer).toHaveBeenCalledOnce();
  });

  it('ends with a pause that falls into it', async () => {
    const { live, answer, open, connection } = setUp();
    answer.mockRejectedValueOnce(new Unreachable('x'));
    const starting = live.start();
    live.pause();
    await starting;
    await settle(60_000);
    expect(answer).toHaveBeenCalledOnce();
    expect([open.mock.calls.length, connection.value]).toEqual([0, 'closed']);
    await live.start();
    expect(open).toHaveBeenCalledOnce();
  });
});

describe('the connection', () => {
  it('is told of as waiting while loads fail, and as what it is when they do again', async () => {
    const { live, answer, connection, shows, onLoaded } = setUp();
    await live.start();
    onLoaded.mockClear();
    shows('silent');
    answer.mockRejectedValueOnce(new Unreachable('x'));
    await settle(5_000);
    expect(connection.value).toBe('waiting');
    expect(onLoaded).not.toHaveBeenCalled();
    await settle(5_000);
    expect(connection.value).toBe('silent');
    expect(onLoaded).toHaveBeenCalled();
  });
});
