// Drafts: kept apart, given back, forgotten in time.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keepDraft, readDraft, restored, type Shelf, sweepDrafts } from './drafts';

class Memory implements Shelf {
  readonly kept = new Map<string, string>();
  get length(): number {
    return this.kept.size;
  }
  key = (at: number): string | null => [...this.kept.keys()][at] ?? null;
  getItem = (name: string): string | null => this.kept.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.kept.set(name, value);
  removeItem = (name: string): void => void this.kept.delete(name);
}

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

  it('is forgotten after thirty days, and nothing else is', () => {
    keepDraft(shelf, ['mem', 'old', 'reply'], 'x', 0);
    keepDraft(shelf, ['mem', 'new', 'reply'], 'x', 29 * 86_400_000);
    shelf.setItem('other', 'stays');
    sweepDrafts(shelf, 31 * 86_400_000);
    expect([...shelf.kept.keys()]).toEqual(['baton.inbox.draft.mem.new.reply', 'other']);
  });
});

describe('a refused text', () => {
  it.each([['mine', '', 'mine'], ['mine', 'mine', 'mine'], ['mine', 'begun meanwhile', 'mine\n\nbegun meanwhile']])(
    '%j over %j gives %j',
    (refused, written, expected) => expect(restored(refused, written)).toBe(expected),
  );
});
