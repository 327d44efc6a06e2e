// What nobody came back to goes in time, and nothing else does.

import { expect, it } from 'vitest';
import { keepDraft } from './drafts';
import { Memory } from './fixtures';
import { type Job, keepJob } from './outbox';
import { sweep } from './sweep';

const DAY_MS = 86_400_000;
const job = (id: string, at: number): Job =>
  ({ id, memberId: 'mem', conversation: 'c1', kind: 'reply', text: 'x', at, seen: 0, revision: 0, state: 'failed', error: 'x' });

it('drafts and unsent words are forgotten after thirty days, and nothing else is', () => {
  const shelf = new Memory();
  keepDraft(shelf, ['mem', 'old', 'reply'], 'x', 0);
  keepDraft(shelf, ['mem', 'new', 'reply'], 'x', 29 * DAY_MS);
  keepJob(shelf, job('old', 0));
  keepJob(shelf, job('new', 29 * DAY_MS));
  keepJob(shelf, { ...job('tried', 0), asked: 29 * DAY_MS });
  shelf.setItem('baton.inbox.out.mem.c1.newer', '{"version":2}');
  shelf.setItem('other', 'stays');
  sweep(shelf, 31 * DAY_MS);
  expect([...shelf.kept.keys()]).toEqual([
    'baton.inbox.draft.mem.new.reply', 'baton.inbox.out.mem.c1.new', 'baton.inbox.out.mem.c1.tried', 'baton.inbox.out.mem.c1.newer', 'other',
  ]);
});
