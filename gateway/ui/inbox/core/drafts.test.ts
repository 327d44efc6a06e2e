// Drafts: kept apart, given back, forgotten in time.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { draftAt, keepDraft, readDraft, restored } from './drafts';
import { Memory } from './fixtures';

let shelf: Memory;
beforeEach(() => (shelf = new Memory()));

describe('a draft', () => {
  it('is kept for each member, conversation and kind', () => {
    keepDraft(shelf, ['mem', 'c1', 'reply'], 'a reply', 0);
    keepDraft(shelf, ['mem', 'c1', 'note'], 'a note', 0);
    expect(readDraft(shelf, 'mem', 'c1', 'reply')).toBe('a reply');
    expect(readDraft(shelf, 'mem', 'c1', 'note')).toBe('a note');
    expect(readDraft(shelf, 'mem', 'c2', 'reply')).toBe('');
    expect(readDraft(shelf, 'other', 'c1', 'reply')).toBe('');
  });

  it('that is empty leaves nothing behind', () => {
    keepDraft(shelf, ['mem', 'c1', 'reply'], 'x', 0);
    keepDraft(shelf, ['mem', 'c1', 'reply'], '  ', 0);
    expect(shelf.length).toBe(0);
  });

  it('is no fault where nothing can be kept', () => {
    vi.spyOn(shelf, 'setItem').mockImplementation(() => {
      throw new Error('full');
    });
    expect(() => keepDraft(shelf, ['mem', 'c1', 'reply'], 'x', 0)).not.toThrow();
  });

  it('that is no draft reads as none', () => {
    shelf.setItem('baton.inbox.draft.mem.c1.reply', '{"text":1}');
    expect(readDraft(shelf, 'mem', 'c1', 'reply')).toBe('');
  });

  it('is known by its name and nothing else is', () => {
    keepDraft(shelf, ['mem', 'c1', 'note'], 'a note', 0);
    const [name] = shelf.kept.keys();
    expect(draftAt(name ?? '')).toEqual(['mem', 'c1', 'note']);
    for (const other of ['', 'baton.inbox.draft.mem.c1', 'baton.inbox.draft.mem.c1.mail', 'baton.inbox.draft.mem.c1.note.x', 'baton.inbox.out.mem.c1.note']) {
      expect(draftAt(other)).toBeNull();
    }
  });
});

describe('a refused text', () => {
  it.each([['mine', '', 'mine'], ['mine', 'mine', 'mine'], ['mine', 'begun meanwhile', 'mine\n\nbegun meanwhile']])(
    '%j over %j gives %j',
    (refused, written, expected) => expect(restored(refused, written)).toBe(expected),
  );
});
