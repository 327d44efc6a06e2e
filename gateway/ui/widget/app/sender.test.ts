import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '../../shared/problem';
import { emptyOutbox, secondsToWait } from '../model/outbox';
import type { Posted } from '../model/types';
import { loadOutbox } from './outbox-store';
import { Sender } from './sender';
import { type Store, memoryStore } from './storage';

type Post = { client_message_id: string; text: string; conversation_id?: string };

const posted = ({ client_message_id, text }: Post): Posted => ({
  conversation_id: 'conv_1',
  message: { id: `msg_${client_message_id}`, sequence: 1, author_kind: 'visitor', text, sources: [], client_message_id },
});
const limited = (): Problem => new Problem(429, { reason: 'RATE_LIMITED', retry_after: 4 });

function setUp(answer: (post: Post, count: number) => Posted, store: Store = memoryStore()) {
  const outbox = signal(emptyOutbox);
  let count = 0;
  const post = vi.fn(async (one: Post) => answer(one, (count += 1)));
  const onPosted = vi.fn();
  const conversation = { id: undefined as string | undefined };
  const sender = new Sender({ outbox, store, api: { post }, conversationId: () => conversation.id, onPosted, random: () => 1 });
  const write = (id: string): void => sender.dispatch({ type: 'written', id, text: `text ${id}`, at: Date.now() });
  return { outbox, store, post, onPosted, sender, write, conversation };
}

const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('sending', () => {
  it('keeps a message until it is acknowledged', async () => {
    const { write, store, outbox, onPosted } = setUp(posted);
    write('a');
    expect(loadOutbox(store, Date.now()).map(({ id }) => id)).toEqual(['a']);
    await settle();
    expect(onPosted).toHaveBeenCalledOnce();
    expect(outbox.value.items).toEqual([]);
    expect(loadOutbox(store, Date.now())).toEqual([]);
  });

  it('sends again with the same id when the network is back, in order', async () => {
    let away = true;
    const { write, post, sender } = setUp((one) => {
      if (away) throw new Unreachable('x');
      return posted(one);
    });
    write('a');
    write('b');
    await settle(1_999);
    expect(post.mock.calls.map(([one]) => one.client_message_id)).toEqual(['a']);
    away = false;
    sender.dispatch({ type: 'hurried' });
    await settle();
    expect(post.mock.calls.map(([one]) => one.client_message_id)).toEqual(['a', 'a', 'b']);
  });

  it('goes on by itself after the wait that was asked for', async () => {
    const { write, post, outbox } = setUp((one, count) => {
      if (count === 1) throw limited();
      return posted(one);
    });
    write('a');
    await settle();
    expect(secondsToWait(outbox.value, Date.now())).toBe(4);
    await settle(3_999);
    expect(post).toHaveBeenCalledTimes(1);
    await settle(1);
    expect(post).toHaveBeenCalledTimes(2);
    expect(outbox.value.items).toEqual([]);
  });

  it('stops at a definite refusal, keeps the text, and tries again when told to', async () => {
    let refuse = true;
    const { write, post, outbox, store, sender } = setUp((one) => {
      if (refuse) throw new Problem(400, { reason: 'INVALID_FIELDS' });
      return posted(one);
    });
    write('a');
    await settle(60_000);
    expect(post).toHaveBeenCalledOnce();
    expect(outbox.value.items).toMatchObject([{ id: 'a', state: 'refused', reason: 'INVALID_FIELDS' }]);
    expect(loadOutbox(store, Date.now())).toHaveLength(1);
    refuse = false;
    sender.dispatch({ type: 'retried', id: 'a' });
    await settle();
    expect(outbox.value.items).toEqual([]);
  });

  it('writes into the conversation it knows, and elsewhere if that one is closed', async () => {
    const { write, post, conversation } = setUp((one) => {
      if (one.conversation_id !== undefined) throw new Problem(409, { reason: 'CONVERSATION_CLOSED' });
      return posted(one);
    });
    conversation.id = 'conv_0';
    write('a');
    await settle();
    expect(post.mock.calls.map(([one]) => one)).toEqual([
      { client_message_id: 'a', text: 'text a', conversation_id: 'conv_0' },
      { client_message_id: 'a', text: 'text a' },
    ]);
  });

  it('forgets what another tab has brought through', async () => {
    const { write, store, sender, outbox } = setUp(() => {
      throw new Unreachable('x');
    });
    write('a');
    await settle();
    store.remove('out:a');
    sender.forgetWhatIsGone();
    expect(outbox.value.items).toEqual([]);
  });

  it('keeps what the browser would not store: that it is not there says nothing', async () => {
    let away = true;
    const full: Store = { ...memoryStore(), set: () => undefined };
    const { write, sender, outbox, post } = setUp((one) => {
      if (away) throw new Unreachable('x');
      return posted(one);
    }, full);
    write('a');
    await settle();
    sender.forgetWhatIsGone();
    expect(outbox.value.items).toMatchObject([{ id: 'a' }]);
    away = false;
    await settle(2_000);
    expect(post).toHaveBeenCalledTimes(2);
    expect(outbox.value.items).toEqual([]);
  });

  it('forgets what it took over from a page before, and another tab has brought through', async () => {
    const store = memoryStore();
    store.set('out:a', JSON.stringify({ text: 'text a', at: 1 }));
    const { sender, outbox } = setUp(() => {
      throw new Unreachable('x');
    }, store);
    sender.dispatch({ type: 'restored', items: loadOutbox(store, 1) });
    await settle();
    expect(outbox.value.items).toHaveLength(1);
    store.remove('out:a');
    sender.forgetWhatIsGone();
    expect(outbox.value.items).toEqual([]);
  });

  it('throws away what it cannot read, and what is a week old', () => {
    const store = memoryStore();
    store.set('out:a', 'no json');
    store.set('out:b', '{"text":1,"at":2}');
    store.set('out:c', JSON.stringify({ text: 'old', at: 0 }));
    store.set('out:d', JSON.stringify({ text: 'new', at: 8 * 24 * 3_600_000 }));
    store.set('secret', 's');
    expect(loadOutbox(store, 8 * 24 * 3_600_000).map(({ id }) => id)).toEqual(['d']);
    expect(store.names('')).toEqual(['out:d', 'secret'].filter((name) => store.get(name) !== null).reverse().sort());
  });
});
