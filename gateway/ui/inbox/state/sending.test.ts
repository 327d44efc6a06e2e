// @vitest-environment happy-dom
// Sending: one id for all attempts, one after the other, by one tab at a time, and no word is lost whatever becomes of the page.

import { effect } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '../../shared/http';
import * as api from '../api/conversations';
import { conversation, me, Memory, message, note } from '../core/fixtures';
import { lineOf } from '../core/outbox';
import { EMPTY, withMessages } from '../core/thread';
import { timeline } from '../core/timeline';
import { draftOf, write } from './compose';
import { held } from './lists';
import { type Opened, opened } from './open';
import { acknowledge, jobs, noteIds, unsent } from './outbox';
import { discard, followOutbox, refusals, send, tryAgain } from './sending';
import { session } from './session';
import { toasts } from './toasts';

vi.mock('../api/conversations');

const posted = vi.mocked(api.postReply);
let conv = '';
let count = 0;
const pendings = (): string[] => lineOf(jobs.value, conv).map((one) => `${one.state}: ${one.text}`);
const kept = (): string[] => Object.keys(localStorage).filter((name) => name.startsWith('baton.inbox.out.'));
const signedIn = (id = 'mem_me'): void => void (session.value = { phase: 'in', me: me({ member_id: id }) });
const ids = (): Set<string> => new Set(posted.mock.calls.map(([, id]) => id));

function open(id: string): Opened {
  const thread = withMessages(EMPTY, [message(1), message(2, { author_kind: 'member' }), message(3)]).thread;
  return { id, state: 'loaded', error: null, thread, fence: { epoch: 1, growing: null }, present: [], marks: [], loadingOlder: false, filling: false };
}

/** A page that begins anew has nothing but the storage. */
async function reload(): Promise<typeof import('./sending') & { jobs: typeof jobs; again: (id?: string) => void }> {
  vi.resetModules();
  const sending = await import('./sending');
  const fresh = await import('./session');
  const outbox = await import('./outbox');
  const again = (id = 'mem_me'): void => void (fresh.session.value = { phase: 'in', me: me({ member_id: id }) });
  return { ...sending, jobs: outbox.jobs, again };
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  signedIn();
  jobs.value = [];
  toasts.value = [];
  conv = `conv_${++count}`;
  opened.value = open(conv);
  held.value = new Map([[conv, conversation({ id: conv, last_sequence: 3 })]]);
  vi.mocked(api.readConversation).mockResolvedValue(conversation({ id: conv, last_sequence: 4, revision: 9 }));
  vi.mocked(api.listMessages).mockResolvedValue({ messages: [message(4, { conversation_id: conv, author_kind: 'member', text: 'theirs' })], resume_token: 't' });
  vi.mocked(api.listNotes).mockResolvedValue([]);
  vi.mocked(api.readMarks).mockResolvedValue([]);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

const stored = (sequence: number, clientId: string) =>
  message(sequence, { conversation_id: conv, author_kind: 'member', author_id: 'mem_me', client_message_id: clientId });

describe('a reply', () => {
  it('is shown at once and says what was seen', async () => {
    posted.mockImplementation(async (_, id) => stored(4, id));
    send(conv, 'reply', 'Hello');
    expect([pendings(), kept().length]).toEqual([['waiting: Hello'], 1]);
    await vi.runAllTimersAsync();
    expect([pendings(), kept()]).toEqual([[], []]);
    expect(posted).toHaveBeenCalledWith(conv, expect.any(String), 'Hello', 2);
    expect(opened.value?.thread.messages.at(-1)?.sequence).toBe(4);
  });

  it('is tried again under the same id', async () => {
    posted.mockRejectedValueOnce(new Unreachable(null)).mockRejectedValueOnce(new Problem(503, { reason: 'UNAVAILABLE' }));
    posted.mockImplementation(async (_, id) => stored(4, id));
    send(conv, 'reply', 'Hello');
    await vi.runAllTimersAsync();
    expect(ids().size).toBe(1);
    expect(posted).toHaveBeenCalledTimes(3);
  });

  it('that does not get through stays, and can be tried again or taken back', async () => {
    posted.mockRejectedValue(new Unreachable(null));
    send(conv, 'reply', 'Hello');
    await vi.runAllTimersAsync();
    expect(pendings()).toEqual(['failed: Hello']);
    const id = jobs.value[0]?.id ?? '';
    tryAgain(id);
    await vi.runAllTimersAsync();
    expect(ids().size).toBe(1);
    discard(id);
    expect([pendings(), kept(), draftOf(conv, 'reply')]).toEqual([[], [], 'Hello']);
  });

  it('waits while there is no network, and then goes once', async () => {
    const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    posted.mockImplementation(async (_, id) => stored(4, id));
    send(conv, 'reply', 'Hello');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(posted).not.toHaveBeenCalled();
    expect(pendings()).toEqual(['waiting: Hello']);
    onLine.mockReturnValue(true);
    dispatchEvent(new Event('online'));
    await vi.runAllTimersAsync();
    expect(posted).toHaveBeenCalledTimes(1);
    expect(pendings()).toEqual([]);
  });

  it('is on the screen all the time, also when a line that came before it has to be loaded first', async () => {
    posted.mockImplementation(async (_, id) => stored(5, id));
    vi.mocked(api.listMessages).mockImplementation(async () => {
      const id = posted.mock.calls[0]?.[1] ?? '';
      return { messages: [message(4, { conversation_id: conv, author_kind: 'system' }), stored(5, id)], resume_token: 't' };
    });
    send(conv, 'reply', 'Hello');
    const seen = new Set<number>();
    const key = `mem_me ${jobs.value[0]?.id}`;
    const stop = effect(() => {
      const rows = timeline(opened.value?.thread ?? EMPTY, lineOf(jobs.value, conv));
      seen.add(rows.filter((row) => row.key === key).length);
    });
    await vi.runAllTimersAsync();
    stop();
    expect([[...seen], pendings(), posted.mock.calls.length]).toEqual([[1], [], 1]);
  });

  it('is not overtaken by the next one, which has seen it', async () => {
    posted.mockImplementationOnce(async (_, id) => stored(4, id)).mockImplementationOnce(async (_, id) => stored(5, id));
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    await vi.runAllTimersAsync();
    expect(posted.mock.calls.map(([, , text, expected]) => [text, expected])).toEqual([['one', 2], ['two', 4]]);
  });

  it('does not hold up its writer’s next one: that has seen it, also when another page sends it', async () => {
    posted.mockImplementationOnce(async (_, id) => stored(4, id)).mockReturnValueOnce(new Promise(() => undefined));
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    await vi.runAllTimersAsync();
    expect(posted.mock.calls.map(([, , , expected]) => expected)).toEqual([2, 4]);
    posted.mockImplementationOnce(async (_, id) => stored(5, id));
    const page = await reload();
    page.followOutbox();
    page.again();
    await vi.runAllTimersAsync();
    expect([posted.mock.calls[2]?.[2], posted.mock.calls[2]?.[3], kept()]).toEqual(['two', 4, []]);
  });

  it('that the stream acknowledges does not hold up its writer’s next one either', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    send(conv, 'note', 'three');
    acknowledge([stored(4, jobs.value[0]?.id ?? '')]);
    const seen = kept().map((name): unknown => Reflect.get(JSON.parse(localStorage.getItem(name) ?? '{}') as object, 'seen'));
    expect([jobs.value.map((one) => one.seen), seen]).toEqual([[4, 2], [4, 2]]);
  });

  it('acknowledged by the stream while its request fails takes nothing with it', async () => {
    posted.mockImplementationOnce(async (_, id) => {
      acknowledge([stored(4, id)]);
      throw new Problem(409, { reason: 'STALE_VERSION' });
    });
    posted.mockReturnValueOnce(new Promise(() => undefined));
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    await vi.runAllTimersAsync();
    expect([pendings(), draftOf(conv, 'reply'), refusals.value.has(conv)]).toEqual([['waiting: two'], '', false]);
    expect(posted.mock.calls.map(([, , text]) => text)).toEqual(['one', 'two']);
  });

  it('acknowledged by the stream while its last attempt fails takes nothing with it, nor is it sent again', async () => {
    const fails = async (): Promise<never> => Promise.reject(new Unreachable(null));
    posted.mockImplementationOnce(fails).mockImplementationOnce(fails).mockImplementationOnce(fails);
    posted.mockImplementationOnce(async (_, id) => {
      acknowledge([stored(4, id)]);
      return fails();
    });
    posted.mockReturnValueOnce(new Promise(() => undefined));
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    await vi.runAllTimersAsync();
    expect([pendings(), posted.mock.calls.length]).toEqual([['waiting: two'], 5]);
    posted.mockReset().mockRejectedValueOnce(new Unreachable(null)).mockReturnValue(new Promise(() => undefined));
    opened.value = open((conv = `${conv}_b`));
    send(conv, 'reply', 'one');
    await vi.advanceTimersByTimeAsync(0);
    acknowledge([stored(4, jobs.value.find(({ conversation: where }) => where === conv)?.id ?? '')]);
    await vi.runAllTimersAsync();
    expect([pendings(), posted.mock.calls.length]).toEqual([[], 1]);
  });

  it('is not overtaken by the next one when it fails either, and both go in their order when tried again', async () => {
    posted.mockRejectedValueOnce(new Unreachable(null)).mockRejectedValueOnce(new Unreachable(null));
    posted.mockRejectedValueOnce(new Unreachable(null)).mockRejectedValueOnce(new Unreachable(null));
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    await vi.runAllTimersAsync();
    expect(pendings()).toEqual(['failed: one', 'failed: two']);
    posted.mockReset();
    let sequence = 3;
    posted.mockImplementation(async (_, id) => stored(++sequence, id));
    tryAgain(jobs.value[1]?.id ?? '');
    await vi.runAllTimersAsync();
    expect(posted.mock.calls.map(([, , text]) => text)).toEqual(['one', 'two']);
  });

  it('refused because the thread has moved is not repeated: the words come back, what is newer is shown', async () => {
    posted.mockRejectedValue(new Problem(409, { reason: 'STALE_VERSION' }));
    send(conv, 'reply', 'Hello');
    write(conv, 'reply', 'begun meanwhile');
    await vi.runAllTimersAsync();
    expect(posted).toHaveBeenCalledTimes(1);
    expect(draftOf(conv, 'reply')).toBe('Hello\n\nbegun meanwhile');
    expect(refusals.value.get(conv)).toMatchObject({ moved: true });
    expect(opened.value?.thread.messages.at(-1)?.text).toBe('theirs');
    expect([pendings(), kept()]).toEqual([[], []]);
  });

  it('refused comes back before what was sent after it', async () => {
    posted.mockRejectedValue(new Problem(409, { reason: 'STALE_VERSION' }));
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    write(conv, 'reply', 'three');
    await vi.runAllTimersAsync();
    expect(draftOf(conv, 'reply')).toBe('one\n\ntwo\n\nthree');
  });

  it('that a colleague’s page heard of by the stream is acknowledged by its own id alone', () => {
    posted.mockReturnValue(new Promise(() => undefined));
    send(conv, 'reply', 'Hello');
    const id = jobs.value[0]?.id ?? '';
    acknowledge([message(4, { author_kind: 'visitor', author_id: 'cont_1', client_message_id: id })]);
    expect(pendings()).toEqual(['waiting: Hello']);
    acknowledge([stored(4, id)]);
    expect([pendings(), kept()]).toEqual([[], []]);
  });
});

describe('a reply whose conversation was left', () => {
  it('and that does not get through is told, and shown there', async () => {
    posted.mockRejectedValue(new Unreachable(null));
    send(conv, 'reply', 'Hello');
    opened.value = open('conv_other');
    // The last of the attempts is twelve seconds away; what is said then lasts for nine.
    await vi.advanceTimersByTimeAsync(13_000);
    expect(pendings()).toEqual(['failed: Hello']);
    expect(toasts.value.map(({ text }) => text)).toEqual([expect.stringMatching(/^Your reply in the conversation with .* was not sent and is kept there/)]);
    opened.value = open(conv);
    expect([unsent.value.has(conv), timeline(opened.value.thread, lineOf(jobs.value, conv)).at(-1)]).toMatchObject([true, { job: { text: 'Hello' } }]);
  });

  it('and that is refused comes back to its own draft', async () => {
    posted.mockRejectedValue(new Problem(409, { reason: 'STALE_VERSION' }));
    send(conv, 'reply', 'Hello');
    opened.value = open('conv_other');
    await vi.runAllTimersAsync();
    expect([draftOf(conv, 'reply'), draftOf('conv_other', 'reply')]).toEqual(['Hello', '']);
    expect(refusals.value.get(conv)).toMatchObject({ moved: true });
  });
});

describe('a reply whose session ends', () => {
  it('stays its writer’s and goes out when they are back, under the same id', async () => {
    posted.mockImplementationOnce(async () => {
      session.value = { phase: 'out', ended: true };
      throw new Problem(401, { reason: 'UNAUTHENTICATED' });
    });
    posted.mockImplementation(async (_, id) => stored(4, id));
    send(conv, 'reply', 'Hello');
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, kept().length, draftOf(conv, 'reply')]).toEqual([1, 1, '']);
    const page = await reload();
    page.followOutbox();
    page.again('mem_other');
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, page.jobs.value]).toEqual([1, []]);
    page.again();
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, ids().size, kept()]).toEqual([2, 1, []]);
  });
});

describe('a page that goes away', () => {
  it('while there is no network loses nothing: the next one sends it, under the same id', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    posted.mockImplementation(async (_, id) => stored(4, id));
    send(conv, 'reply', 'one');
    send(conv, 'reply', 'two');
    const [first, second] = jobs.value.map(({ id }) => id);
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
    const page = await reload();
    page.followOutbox();
    page.again();
    await vi.runAllTimersAsync();
    expect(posted.mock.calls.map(([where, id, text]) => [where, id, text])).toEqual([[conv, first, 'one'], [conv, second, 'two']]);
    expect(kept()).toEqual([]);
  });

  it('for longer than the services remember leaves the sending to its writer', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    send(conv, 'note', 'Hello');
    vi.setSystemTime(Date.now() + 13 * 3_600_000);
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
    const page = await reload();
    page.followOutbox();
    page.again();
    await vi.runAllTimersAsync();
    expect(vi.mocked(api.postNote)).not.toHaveBeenCalled();
    expect(page.jobs.value.map(({ state, text }) => [state, text])).toEqual([['failed', 'Hello']]);
  });

  it('or sleeps for longer than that does not send when it wakes, but when its writer says so', async () => {
    const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    posted.mockImplementation(async (_, id) => stored(4, id));
    send(conv, 'reply', 'Hello');
    vi.setSystemTime(Date.now() + 13 * 3_600_000);
    onLine.mockReturnValue(true);
    dispatchEvent(new Event('online'));
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, pendings()]).toEqual([0, ['failed: Hello']]);
    expect(localStorage.getItem(kept()[0] ?? '')).toContain('"state":"failed"');
    tryAgain(jobs.value[0]?.id ?? '');
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, pendings()]).toEqual([1, []]);
  });

  it('leaves words in the outbox that it had room for only when the draft was gone', async () => {
    posted.mockReturnValue(new Promise(() => undefined));
    const shelf = new Memory();
    vi.stubGlobal('localStorage', shelf);
    write(conv, 'reply', 'Hello');
    const put = shelf.setItem;
    shelf.setItem = (name, value) => {
      if (shelf.length > 0) throw new Error('full');
      put(name, value);
    };
    send(conv, 'reply', 'Hello');
    const names = [...shelf.kept.keys()].map((name) => name.split('.').slice(0, 3).join('.'));
    expect([names, draftOf(conv, 'reply'), toasts.value]).toEqual([['baton.inbox.out'], '', []]);
  });

  it('is no fault where nothing can be kept, but is said', async () => {
    const full = { getItem: () => null, removeItem: () => undefined, setItem: () => { throw new Error('full'); }, key: () => null, length: 0 };
    vi.stubGlobal('localStorage', full);
    posted.mockImplementation(async (_, id) => stored(4, id));
    send(conv, 'reply', 'Hello');
    expect([pendings(), toasts.value.map(({ kind }) => kind)]).toEqual([['waiting: Hello'], ['failed']]);
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, pendings()]).toEqual([1, []]);
  });
});

describe('two tabs', () => {
  it('send a reply once: what the first had acknowledged the second does not send', async () => {
    let release: () => void = () => undefined;
    const before = new Promise<void>((resolve) => (release = resolve));
    const request = vi.fn(async (_name: string, _options: object, work: () => Promise<void>) => before.then(work));
    vi.stubGlobal('navigator', { onLine: true, locks: { request } });
    send(conv, 'reply', 'Hello');
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, request.mock.calls.length]).toEqual([0, 1]);
    // The other tab, which has the lock, sends it from what it finds in the storage.
    for (const name of kept()) localStorage.removeItem(name);
    release();
    await vi.runAllTimersAsync();
    expect([posted.mock.calls.length, pendings()]).toEqual([0, []]);
  });

  it('go on with what the other one wrote down, should it go away', async () => {
    followOutbox();
    posted.mockImplementation(async (_, id) => stored(4, id));
    refusals.value = new Map([[conv, { moved: true, text: 'of one before' }]]);
    const name = `baton.inbox.out.mem_me.${conv}.client-1`;
    const value = JSON.stringify({ kind: 'reply', text: 'from there', at: Date.now(), seen: 2, revision: 1, state: 'waiting', error: null });
    localStorage.setItem(name, value);
    dispatchEvent(new StorageEvent('storage', { key: name, newValue: value }));
    await vi.runAllTimersAsync();
    expect(posted).toHaveBeenCalledWith(conv, 'client-1', 'from there', 2);
    expect([kept(), refusals.value.has(conv)]).toEqual([[], false]);
  });
});

describe('a reply that another tab sends and that is refused', () => {
  it('is told there of', async () => {
    posted.mockRejectedValue(new Problem(409, { reason: 'STALE_VERSION' }));
    const shelf = new Memory();
    vi.stubGlobal('localStorage', shelf);
    const told = vi.spyOn(shelf, 'setItem');
    send(conv, 'reply', 'Hello');
    await vi.runAllTimersAsync();
    const states = told.mock.calls.filter(([name]) => name.startsWith('baton.inbox.out.')).map(([, value]): unknown => Reflect.get(JSON.parse(value) as object, 'state'));
    expect([states, pendings(), draftOf(conv, 'reply')]).toEqual([['waiting', 'refused'], [], 'Hello']);
    expect([...shelf.kept.keys()]).toEqual([`baton.inbox.draft.mem_me.${conv}.reply`]);
  });

  it('says so in the tab that wrote it, where what is newer is shown', async () => {
    followOutbox();
    vi.stubGlobal('navigator', { onLine: true, locks: { request: () => new Promise(() => undefined) } });
    send(conv, 'reply', 'Hello');
    const [name] = kept();
    const oldValue = localStorage.getItem(name ?? '') ?? '';
    const newValue = JSON.stringify({ ...(JSON.parse(oldValue) as object), state: 'refused', error: 'Somebody answered first.' });
    // The other tab says it, then takes it out.
    localStorage.removeItem(name ?? '');
    dispatchEvent(new StorageEvent('storage', { key: name ?? '', oldValue, newValue }));
    dispatchEvent(new StorageEvent('storage', { key: name ?? '', oldValue: newValue, newValue: null }));
    await vi.runAllTimersAsync();
    expect([pendings(), kept(), posted.mock.calls.length]).toEqual([[], [], 0]);
    expect(refusals.value.get(conv)).toMatchObject({ moved: true, text: expect.stringMatching(/^The thread has moved/) });
    expect(opened.value?.thread.messages.at(-1)?.text).toBe('theirs');
  });
});

it('a note is not sent twice either, and its row stays the same row', async () => {
  vi.mocked(api.postNote).mockImplementation(async (_, id, text) => note(`note of ${id}`, 3, { text }));
  send(conv, 'note', 'Hello');
  const id = jobs.value[0]?.id ?? '';
  await vi.runAllTimersAsync();
  expect(noteIds.value.get(`note of ${id}`)).toBe(id);
  expect([pendings(), kept()]).toEqual([[], []]);
});
