// @vitest-environment happy-dom
// The thread as screen readers hear it: what is said is heard once, what was said long ago is not.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '../api/conversations';
import { doing, draw, found } from '../drawn';
import { conversation, job, me, message } from '../core/fixtures';
import { EMPTY, withMessages } from '../core/thread';
import { jumpTo, marked } from '../state/jump';
import { held } from '../state/lists';
import { loadOlder, opened, sayRead, takeMessages } from '../state/open';
import { forgetJobs, jobs } from '../state/outbox';
import { readUpTo } from '../state/peeks';
import { session } from '../state/session';
import { Log } from './Log';

vi.mock('../api/conversations');

const live = (): string | null => found('[role=log]').getAttribute('aria-live');
const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const Shown = () => (opened.value ? <Log opened={opened.value} /> : null);
let answer: () => void = () => undefined;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  session.value = { phase: 'in', me: me() };
  jobs.value = [];
  marked.value = new Set();
  readUpTo.value = new Map();
  held.value = new Map([['conv_1', conversation({ last_sequence: 120 })]]);
  const thread = withMessages(EMPTY, page(61, 120)).thread;
  opened.value = { id: 'conv_1', state: 'loaded', error: null, thread, fence: { epoch: 1, growing: null }, present: [], marks: [], loadingOlder: false, filling: false };
  vi.mocked(api.listMessages).mockReturnValue(new Promise((resolve) => (answer = () => resolve({ messages: page(1, 60), resume_token: 't' }))));
  await draw(<Shown />);
  await doing(() => vi.advanceTimersByTime(1_000));
});

afterEach(() => {
  vi.useRealTimers();
  vi.resetAllMocks();
});

describe('the log', () => {
  it('is quiet while older messages are put in, and until that is past the ears', async () => {
    expect(live()).toBe('polite');
    let loading: Promise<void> = Promise.resolve();
    await doing(() => void (loading = loadOlder()));
    expect(live()).toBe('off');
    await doing(() => {
      answer();
      return loading;
    });
    expect([document.querySelectorAll('article').length, live()]).toEqual([120, 'off']);
    await doing(() => vi.advanceTimersByTime(1_000));
    expect(live()).toBe('polite');
  });

  it('keeps the very element of a reply that arrives', async () => {
    const sent = job('client-1', { at: Date.parse('2026-11-22T10:00:30Z') });
    await doing(() => void (jobs.value = [sent]));
    const row = found('article.pending');
    await doing(() => {
      void takeMessages('conv_1', [message(121, { author_kind: 'member', author_id: 'mem_me', client_message_id: 'client-1', text: sent.text })]);
      forgetJobs([sent]);
    });
    expect([row.isConnected, row.id, row.classList.contains('pending')]).toEqual([true, 'message-121', false]);
  });
});

describe('a jump', () => {
  it('gives the message the focus, so that reading goes on there', async () => {
    await doing(() => jumpTo([70]));
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('message-70'));
  });

  it('while older messages are on their way waits for them', async () => {
    await doing(() => void loadOlder());
    const jump = jumpTo([5]);
    answer();
    await doing(() => jump);
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('message-5'));
    expect([api.listMessages].map((call) => vi.mocked(call).mock.calls.length)).toEqual([1]);
  });

  it('marks nothing in a conversation that was opened meanwhile', async () => {
    const jump = jumpTo([5]);
    const current = opened.value;
    if (current) opened.value = { ...current, id: 'conv_2' };
    answer();
    await doing(() => jump);
    expect(marked.value.has(5)).toBe(false);
  });
});

describe('a read mark', () => {
  it('that could not be told is told again, and only then remembered', async () => {
    readUpTo.value = new Map();
    vi.mocked(api.markRead).mockReset().mockRejectedValueOnce(new Error('lost'));
    await sayRead();
    expect(readUpTo.value.has('conv_1')).toBe(false);
    vi.mocked(api.markRead).mockResolvedValue({ sequence: 120 });
    await Promise.all([sayRead(), sayRead()]);
    expect([vi.mocked(api.markRead).mock.calls.length, readUpTo.value.get('conv_1')]).toEqual([2, 120]);
  });
});
