// @vitest-environment happy-dom
// The stream and the session: what a refusal of the stream leads to.

import { beforeEach, expect, it, vi } from 'vitest';
import type { SseEvent, StreamOptions } from '../../shared/sse';
import * as conversations from '../api/conversations';
import * as people from '../api/people';
import * as settings from '../api/settings';
import { Problem } from '../../shared/http';
import { me } from '../core/fixtures';
import { followSession } from './live';
import { session } from './session';

const streams: { options: StreamOptions; closed: boolean }[] = [];

vi.mock('../api/conversations');
vi.mock('../api/people');
vi.mock('../api/notices');
vi.mock('../api/settings');
vi.mock('../../shared/sse', () => ({
  openStream: (options: StreamOptions) => {
    const stream = { options, closed: false };
    streams.push(stream);
    return { close: () => (stream.closed = true), wake: () => undefined, seek: () => undefined };
  },
}));

beforeEach(() => {
  vi.mocked(settings.listAssistants).mockResolvedValue([]);
  vi.mocked(people.recentContacts).mockResolvedValue([]);
  vi.mocked(conversations.listConversations).mockResolvedValue({ conversations: [], next_page_token: null, resume_token: 't' });
});

it('a stream that is refused goes on trying, and ends when the role no longer reads conversations', async () => {
  followSession();
  session.value = { phase: 'in', me: me() };
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  const [first] = streams;
  const refuse = (): unknown => first?.options.onRefused?.(new Problem(403, { reason: 'PERMISSION_DENIED' }));

  vi.mocked(people.readMe).mockResolvedValue(me());
  expect(refuse()).toBe('retry');
  await vi.waitFor(() => expect(people.readMe).toHaveBeenCalledTimes(1));
  expect([streams.length, first?.closed]).toEqual([1, false]);

  vi.mocked(people.readMe).mockResolvedValue(me({ scopes: ['assistants:read'] }));
  refuse();
  await vi.waitFor(() => expect(first?.closed).toBe(true));
  expect([streams.length, session.value]).toMatchObject([1, { me: { scopes: ['assistants:read'] } }]);
});

it('the place of the lists is where the stream begins', () => {
  expect(streams[0]?.options.lastEventId).toBe('t' satisfies SseEvent['lastEventId']);
});
