// @vitest-environment happy-dom
// The composer: the list of canned responses that opens and stays, and texts that go where the words are by now.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as conversations from '../api/conversations';
import * as settings from '../api/settings';
import type { CannedResponse } from '../api/types';
import { button, doing, draw, found } from '../drawn';
import { conversation, me } from '../core/fixtures';
import { canned } from '../state/canned';
import { compose, draftOf, followDrafts, write } from '../state/compose';
import { jobs } from '../state/outbox';
import { go } from '../state/router';
import { session } from '../state/session';
import { Composer } from './Composer';

vi.mock('../api/conversations');
vi.mock('../api/settings');
vi.mock('./activity', () => ({ beActive: () => () => undefined }));

const response: CannedResponse = {
  id: 'can_1', scope: 'personal', team_id: null, owner_id: 'mem_me', shortcut: 'hi', title: 'Greeting', text: 'Hello', variables: [], revision: 1, etag: 'e1',
};
followDrafts();
const field = (): HTMLTextAreaElement => found<HTMLTextAreaElement>('textarea');
const listed = (): number => document.querySelectorAll('[role=option]').length;

async function typed(text: string): Promise<void> {
  await doing(() => {
    field().value = text;
    field().setSelectionRange(text.length, text.length);
    field().dispatchEvent(new Event('input', { bubbles: true }));
  });
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  localStorage.clear();
  vi.mocked(conversations.postReply).mockReturnValue(new Promise(() => undefined));
  jobs.value = [];
  session.value = { phase: 'in', me: me() };
  go({ page: 'inbox', view: { kind: 'all' }, conversation: 'conv_1' });
  compose('reply');
  write('conv_1', 'reply', '');
  canned.value = { state: 'loaded', all: [response], error: null };
  await draw(<Composer conversation={conversation({ control: 'human', assignee_id: 'mem_me' })} />);
});

afterEach(() => {
  vi.useRealTimers();
  vi.resetAllMocks();
});

describe('the button of the canned responses', () => {
  it('opens a list that stays open, also when the field had the focus', async () => {
    field().focus();
    await doing(() => button('Canned responses').focus());
    await doing(() => button('Canned responses').click());
    expect(document.activeElement).toBe(field());
    await doing(() => vi.advanceTimersByTime(1_000));
    expect(listed()).toBe(1);
  });

  it('and the list closes when the focus goes elsewhere', async () => {
    await doing(() => button('Canned responses').click());
    await doing(() => button('Note').focus());
    await doing(() => vi.advanceTimersByTime(1_000));
    expect(listed()).toBe(0);
  });
});

describe('a chosen response', () => {
  it('goes into the text as it is by now, not as it was when it was chosen', async () => {
    let answer: (text: string) => void = () => undefined;
    vi.mocked(settings.renderCanned).mockReturnValue(new Promise((resolve) => (answer = (text) => resolve({ text, missing: [] }))));
    await typed('Good day. /hi');
    await doing(() => found('[role=option]').click());
    await typed('Good day. /hi And then this.');
    await doing(() => answer('Hello'));
    expect(draftOf('conv_1', 'reply')).toBe('Good day. Hello And then this.');
  });

  it('goes into the reply, also when a note is written by now', async () => {
    let answer: (text: string) => void = () => undefined;
    vi.mocked(settings.renderCanned).mockReturnValue(new Promise((resolve) => (answer = (text) => resolve({ text, missing: [] }))));
    await typed('/hi');
    await doing(() => found('[role=option]').click());
    await doing(() => compose('note'));
    await typed('for the team');
    await doing(() => answer('Hello'));
    expect([draftOf('conv_1', 'reply'), draftOf('conv_1', 'note')]).toEqual(['Hello', 'for the team']);
  });
});

it('what another tab gives back stands in the field', async () => {
  await typed('Hello');
  await doing(() => button('Send').click());
  const newValue = JSON.stringify({ text: 'Hello', at: 1 });
  const key = 'baton.inbox.draft.mem_me.conv_1.reply';
  localStorage.setItem(key, newValue);
  await doing(() => dispatchEvent(new StorageEvent('storage', { key, newValue })));
  expect(field().value).toBe('Hello');
});

it('what is sent leaves the draft for the outbox, and is never in neither', async () => {
  await typed('Hello');
  await doing(() => button('Send').click());
  expect([draftOf('conv_1', 'reply'), jobs.value.map(({ text, conversation: where }) => [text, where])]).toEqual(['', [['Hello', 'conv_1']]]);
});
