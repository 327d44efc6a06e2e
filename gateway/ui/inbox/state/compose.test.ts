// @vitest-environment happy-dom
// Drafts of one conversation in two tabs: each shows what the other one put there, and neither writes over it.

import { beforeEach, expect, it } from 'vitest';
import { me } from '../core/fixtures';
import { readDraft } from '../core/drafts';
import { draft, draftOf, followDrafts, write } from './compose';
import { go } from './router';
import { session } from './session';

const NAME = 'baton.inbox.draft.mem_me.conv_1.reply';
const stored = (): string => readDraft(localStorage, 'mem_me', 'conv_1', 'reply');

/** The other tab keeps a draft; an empty one is none. */
function elsewhere(text: string): void {
  const oldValue = localStorage.getItem(NAME);
  const newValue = text === '' ? null : JSON.stringify({ text, at: 1 });
  if (newValue === null) localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, newValue);
  hears(oldValue, newValue);
}

const hears = (oldValue: string | null, newValue: string | null): void =>
  void dispatchEvent(new StorageEvent('storage', { key: NAME, oldValue, newValue }));

followDrafts();
beforeEach(() => {
  localStorage.clear();
  session.value = { phase: 'in', me: me() };
  go({ page: 'inbox', view: { kind: 'all' }, conversation: 'conv_1' });
  write('conv_1', 'reply', '');
});

it('words that another tab gives back stand in the field of the tab that sent them', () => {
  write('conv_1', 'reply', 'Hello');
  write('conv_1', 'reply', '');
  expect(draft.value).toBe('');
  elsewhere('Hello');
  expect(draft.value).toBe('Hello');
});

it('words given back before what was begun here are not written over from here', () => {
  write('conv_1', 'reply', 'begun');
  elsewhere('Hello\n\nbegun');
  expect(draft.value).toBe('Hello\n\nbegun');
  write('conv_1', 'reply', `${draft.value} here`);
  expect(stored()).toBe('Hello\n\nbegun here');
});

it('words begun here that the other tab did not know of stay, behind its own', () => {
  write('conv_1', 'reply', 'begun');
  // The other one found nothing there when it wrote.
  const newValue = JSON.stringify({ text: 'Hello', at: 1 });
  localStorage.setItem(NAME, newValue);
  hears(null, newValue);
  expect([draft.value, stored()]).toEqual(['Hello\n\nbegun', 'Hello\n\nbegun']);
});

it('what is typed over there appears here as it is, letter for letter, and goes when it is sent there', () => {
  write('conv_1', 'reply', 'H');
  for (const text of ['He', 'Hel', 'Hell']) elsewhere(text);
  expect([draft.value, stored()]).toEqual(['Hell', 'Hell']);
  elsewhere('');
  expect([draft.value, draftOf('conv_1', 'reply')]).toEqual(['', '']);
});

it('what was written here after the other tab wrote is the newer one, and stays', () => {
  const theirs = JSON.stringify({ text: 'Hello', at: 1 });
  localStorage.setItem(NAME, theirs);
  write('conv_1', 'reply', 'Hello, here');
  hears(null, theirs);
  expect([draft.value, stored()]).toEqual(['Hello, here', 'Hello, here']);
});
