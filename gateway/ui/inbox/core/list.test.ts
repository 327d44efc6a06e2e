// The list: merging by revision, what a view holds, its order, and the walk through it.

import { describe, expect, it } from 'vitest';
import type { Conversation } from '../api/types';
import { conversation, event, message } from './fixtures';
import { applyEvent, belongs, neighbour, rows, type View, withPage } from './list';

const held = (...all: Conversation[]): Map<string, Conversation> => new Map(all.map((one) => [one.id, one]));
const brief: NonNullable<Conversation['brief']> = {
  id: 'brief_1', handoff_id: 'hand_1', engine: 'extractive', lines: [], up_to_sequence: 1, revision: 2,
};

describe('a page', () => {
  it('never replaces a newer state', () => {
    const next = withPage(held(conversation({ revision: 5, control: 'human' })), [conversation({ revision: 4 })]);
    expect(next.get('conv_1')?.control).toBe('human');
  });

  it('replaces an older state and keeps the brief that lists leave out', () => {
    const next = withPage(held(conversation({ revision: 2, brief })), [conversation({ revision: 3, control: 'waiting', brief: null })]);
    expect(next.get('conv_1')).toMatchObject({ control: 'waiting', brief: { id: 'brief_1' } });
  });
});

describe('an event', () => {
  it('of a revision that is held already changes nothing, however often it comes', () => {
    expect(applyEvent(conversation({ revision: 2 }), event({ revision: 2, message: message(2) })).outcome).toBe('old');
  });

  it('about something not held says so', () => {
    expect(applyEvent(undefined, event()).outcome).toBe('unknown');
  });

  it('with a message moves the last sequence on', () => {
    const applied = applyEvent(conversation(), event({ revision: 2, message: message(2) }));
    expect(applied).toMatchObject({ outcome: 'changed', reload: false, conversation: { last_sequence: 2, revision: 2 } });
  });

  it('with a state carries control, and clears what the state no longer names', () => {
    const state = { assistant_id: 'a', contact_id: 'c', status: 'open', control: 'waiting', control_epoch: 2, assignment_version: 2, last_sequence: 3 } as const;
    const applied = applyEvent(conversation({ assignee_id: 'mem_1' }), event({ kind: 'control_changed', revision: 2, state }));
    expect(applied).toMatchObject({ conversation: { control: 'waiting', needs_agent_intervention: true, assignee_id: null, last_sequence: 3 } });
  });

  it('that leaves a reason or a time unsaid asks for the conversation', () => {
    expect(applyEvent(conversation(), event({ kind: 'priority_changed', revision: 2 }))).toMatchObject({ reload: true });
  });
});

describe('a view', () => {
  it.each<[View, Partial<Conversation>, boolean]>([
    [{ kind: 'needs_intervention' }, { control: 'waiting' }, true],
    [{ kind: 'needs_intervention' }, { control: 'human' }, false],
    [{ kind: 'mine' }, { assignee_id: 'mem_me' }, true],
    [{ kind: 'mine', status: 'open' }, { assignee_id: 'mem_me', status: 'snoozed' }, false],
    [{ kind: 'unassigned' }, {}, true],
    [{ kind: 'unassigned' }, { status: 'resolved' }, false],
    [{ kind: 'team', teamId: 'team_1' }, { team_id: 'team_1' }, true],
    [{ kind: 'team', teamId: 'team_1' }, { team_id: 'team_2' }, false],
    [{ kind: 'all' }, { status: 'resolved' }, true],
  ])('%o holds %o: %s', (view, part, expected) => {
    expect(belongs(conversation(part), view, 'mem_me')).toBe(expected);
  });

  it('of those who wait goes by urgency, then by the longest wait', () => {
    const waiting = (id: string, priority: Conversation['priority'], time: string): Conversation =>
      conversation({ id, control: 'waiting', priority: priority ?? null, last_activity_time: time });
    const all = held(waiting('late', 'low', '2026-11-22T12:00:00Z'), waiting('early', 'low', '2026-11-22T11:00:00Z'), waiting('urgent', 'urgent', '2026-11-22T13:00:00Z'));
    expect(rows(all, { kind: 'needs_intervention' }, 'me').map((one) => one.id)).toEqual(['urgent', 'early', 'late']);
  });

  it('of all goes by last activity', () => {
    const all = held(conversation({ id: 'old' }), conversation({ id: 'new', last_activity_time: '2026-11-22T11:00:00Z' }));
    expect(rows(all, { kind: 'all' }, 'me').map((one) => one.id)).toEqual(['new', 'old']);
  });
});

describe('j and k', () => {
  const list = ['a', 'b', 'c'].map((id) => conversation({ id }));
  it.each<[string | null, 1 | -1, string | null]>([['a', 1, 'b'], ['b', -1, 'a'], ['c', 1, null], ['a', -1, null], [null, 1, 'a'], ['gone', 1, 'a']])(
    'from %s by %i is %s',
    (from, step, to) => expect(neighbour(list, from, step)).toBe(to),
  );
});
