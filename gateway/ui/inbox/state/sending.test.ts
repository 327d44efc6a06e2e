// @vitest-environment happy-dom
// Sending: one id for all attempts, one after the other, and no word is lost when it is refused.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '../../shared/http';
import * as api from '../api/conversations';
import { conversation, message } from '../core/fixtures';
import { EMPTY, withMessages } from '../core/thread';
import { draftOf, write } from './compose';
import { held } from './lists';
import { opened } from './open';
import { discard, refusal, send, tryAgain } from './sending';

vi.mock('../api/conversations');

const posted = vi.mocked(api.postReply);
const pendings = (): string[] => (opened.value?.thread.pending ?? []).map((one) => `${one.state}: ${one.text}`);
let conv = '';
let count = 0;

beforeEach(() => {
  vi.useFakeTimers();
  conv = `conv_${++count}`;
  const thread = withMessages(EMPTY, [message(1), message(2, { author_kind: 'member' }), message(3)]).thread;
  opened.value = { id: conv, state: 'loaded', error: null, thread, fence: { epoch: 1, growing: null }, present: [], marks: [], loadingOlder: false };
  held.value = new Map([[conv, conversation({ id: conv, last_sequence: 3 })]]);
  vi.mocked(api.readConversation).mockResolvedValue(conversation({ id: conv, last_sequence: 4, revision: 9 }));
  vi.mocked(api.listMessages).mockResolvedValue({ messages: [message(4, { conversation_id: conv, author_kind: 'member', text: 'theirs' })], resume_token: 't' });
  vi.mocked(api.listNotes).mockResolvedValue([]);
  vi.mocked(api.readMarks).mockResolvedValue([]);
});

afterEach(() => {
  vi.useRealTimers();
  vi.resetAllMocks();
});

const stored = (sequence: number, clientId: string) => message(sequence, { conversation_id: conv, author_kind: 'member', client_message_id: clientId });

describe('a reply', () => {
  it('is shown at once and says what was seen', async () => {
    posted.mockImplementation(async (_, id) => stored(4, id));
    send('reply', 'Hello');
    expect(pendings()).toEqual(['sending: Hello']);
    await vi.runAllTimersAsync();
    expect(pendings()).toEqual([]);
    expect(posted).toHaveBeenCalledWith(conv, expect.any(String), 'Hello', 2);
    expect(opened.value?.thread.messages.at(-1)?.sequence).toBe(4);
  });

  it('is tried again under the same id', async () => {
    posted.mockRejectedValueOnce(new Unreachable(null)).mockRejectedValueOnce(new Problem(503, { reason: 'UNAVAILABLE' }));
    posted.mockImplementation(async (_, id) => stored(4, id));
    send('reply', 'Hello');
    await vi.runAllTimersAsync();
    expect(new Set(posted.mock.calls.map(([, id]) => id)).size).toBe(1);
    expect(posted).toHaveBeenCalledTimes(3);
  });

  it('that does not get through stays, and can be tried again or taken back', async () => {
    posted.mockRejectedValue(new Unreachable(null));
    send('reply', 'Hello');
    await vi.runAllTimersAsync();
    expect(pendings()).toEqual(['failed: Hello']);
    const id = opened.value?.thread.pending[0]?.id ?? '';
    tryAgain(id);
    await vi.runAllTimersAsync();
    expect(new Set(posted.mock.calls.map(([, sent]) => sent)).size).toBe(1);
    discard(id);
    expect([pendings(), draftOf(conv, 'reply')]).toEqual([[], 'Hello']);
  });

  it('waits while there is no network, and then goes once', async () => {
    const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    posted.mockImplementation(async (_, id) => stored(4, id));
    send('reply', 'Hello');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(posted).not.toHaveBeenCalled();
    expect(pendings()).toEqual(['sending: Hello']);
    onLine.mockReturnValue(true);
    dispatchEvent(new Event('online'));
    await vi.runAllTimersAsync();
    expect(posted).toHaveBeenCalledTimes(1);
    expect(pendings()).toEqual([]);
  });

  it('is not overtaken by the next one, which has seen it', async () => {
    posted.mockImplementationOnce(async (_, id) => stored(4, id)).mockImplementationOnce(async (_, id) => stored(5, id));
    send('reply', 'one');
    send('reply', 'two');
    await vi.runAllTimersAsync();
    expect(posted.mock.calls.map(([, , text, expected]) => [text, expected])).toEqual([['one', 2], ['two', 4]]);
  });

  it('refused because the thread has moved is not repeated: the words come back, what is newer is shown', async () => {
    posted.mockRejectedValue(new Problem(409, { reason: 'STALE_VERSION' }));
    send('reply', 'Hello');
    write(conv, 'reply', 'begun meanwhile');
    await vi.runAllTimersAsync();
    expect(posted).toHaveBeenCalledTimes(1);
    expect(draftOf(conv, 'reply')).toBe('Hello\n\nbegun meanwhile');
    expect(refusal.value).toMatchObject({ conversation: conv, moved: true });
    expect(opened.value?.thread.messages.at(-1)?.text).toBe('theirs');
    expect(pendings()).toEqual([]);
  });
});
