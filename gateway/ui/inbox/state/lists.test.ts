// @vitest-environment happy-dom
// What the stream makes a tab read, and what it goes on holding: what is shown or counted, not the whole workspace.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '../api/conversations';
import type { ConversationState, InboxEvent } from '../api/types';
import { conversation, event, me, message } from '../core/fixtures';
import { forgetLists, held, hearEvent, loadView, put, reloadLists } from './lists';
import { go } from './router';
import { session } from './session';

vi.mock('../api/conversations');

const read = vi.mocked(api.readConversation);
const listed = vi.mocked(api.listConversations);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const state = (part: Partial<ConversationState> = {}): ConversationState => ({
  assistant_id: 'asst_1', contact_id: 'cont_1', status: 'open', control: 'ai', control_epoch: 1, assignment_version: 1, last_sequence: 1, ...part,
});
const change = (id: string, part: Partial<ConversationState>, revision = 2): InboxEvent =>
  event({ kind: 'control_changed', conversation_id: id, revision, state: state(part) });
const spoken = (id: string): InboxEvent => event({ conversation_id: id, message: message(2, { conversation_id: id }) });

beforeEach(async () => {
  session.value = { phase: 'in', me: me() };
  forgetLists();
  go({ page: 'inbox', view: { kind: 'needs_intervention' }, conversation: null });
  listed.mockResolvedValue({ conversations: [], next_page_token: null, resume_token: 't' });
  read.mockImplementation(async (id) => conversation({ id, revision: 2 }));
  await reloadLists();
  vi.clearAllMocks();
});

afterEach(() => void vi.resetAllMocks());

describe('a change of a conversation that is not held', () => {
  it('and that no view shows or counts is not read', async () => {
    hearEvent(change('c1', { control: 'human', assignee_id: 'mem_other' }));
    hearEvent(change('c2', { status: 'resolved' }));
    await settle();
    expect(read).not.toHaveBeenCalled();
  });

  it.each<[string, Partial<ConversationState>]>([
    ['waits for a person', { control: 'waiting', assignee_id: 'mem_other' }],
    ['is this member’s', { control: 'human', assignee_id: 'mem_me' }],
    ['has nobody', {}],
  ])('and that %s is read', async (_, part) => {
    hearEvent(change('c1', part));
    await settle();
    expect(read.mock.calls).toEqual([['c1']]);
  });

  it('and that has nobody is not read where that number is no exact one', async () => {
    listed.mockResolvedValue({ conversations: [], next_page_token: 'more', resume_token: 't' });
    await loadView({ kind: 'unassigned' });
    hearEvent(change('c1', {}));
    await settle();
    expect(read).not.toHaveBeenCalled();
  });

  it('is read once more, not once for each, when it goes on changing', async () => {
    let answer: () => void = () => undefined;
    read.mockReturnValueOnce(new Promise((resolve) => (answer = () => resolve(conversation({ id: 'c1', revision: 1, control: 'waiting' })))));
    read.mockResolvedValueOnce(conversation({ id: 'c1', revision: 4, control: 'human', assignee_id: 'mem_me' }));
    hearEvent(change('c1', { control: 'waiting' }, 2));
    await settle();
    for (const revision of [3, 4]) hearEvent(change('c1', { control: 'waiting' }, revision));
    await settle();
    answer();
    await settle();
    expect([read.mock.calls.length, held.value.get('c1')?.control]).toEqual([2, 'human']);
  });
});

describe('a message in a conversation that is not held', () => {
  it('is no reason to read it where everything is loaded', async () => {
    hearEvent(spoken('c1'));
    await settle();
    expect(read).not.toHaveBeenCalled();
  });

  it('is one where the view goes on behind what is loaded', async () => {
    listed.mockResolvedValue({ conversations: [], next_page_token: 'more', resume_token: 't' });
    await loadView({ kind: 'needs_intervention' });
    hearEvent(spoken('c1'));
    await settle();
    expect(read.mock.calls).toEqual([['c1']]);
  });
});

it.each([['not shown', null, 0], ['open', 'c1', 1]] as const)('what a change leaves unsaid of a conversation that is %s', async (_, openId, times) => {
  put(conversation({ id: 'c1' }));
  go({ page: 'inbox', view: { kind: 'needs_intervention' }, conversation: openId });
  hearEvent(event({ kind: 'priority_changed', conversation_id: 'c1', revision: 3, state: state() }));
  await settle();
  expect(read).toHaveBeenCalledTimes(times);
});

it('what no view asks for is let go of, what is open or counted stays', () => {
  go({ page: 'inbox', view: { kind: 'needs_intervention' }, conversation: 'open' });
  put(conversation({ id: 'mine', assignee_id: 'mem_me' }));
  put(conversation({ id: 'open', status: 'resolved' }));
  for (let i = 0; i < 1_000; i += 1) put(conversation({ id: `c${i}`, status: 'resolved' }));
  expect(held.value.size).toBeLessThanOrEqual(400);
  expect([held.value.has('mine'), held.value.has('open')]).toEqual([true, true]);
});

it('the place of the stream is that of the first list that could be loaded', async () => {
  listed.mockReset();
  listed.mockRejectedValueOnce(new Error('down')).mockResolvedValueOnce({ conversations: [], next_page_token: null, resume_token: 'second' });
  listed.mockResolvedValue({ conversations: [], next_page_token: null, resume_token: 'later' });
  expect(await reloadLists()).toBe('second');
});
