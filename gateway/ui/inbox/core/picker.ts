// The picker of canned responses: when `/` opens it, what fits, and how a text is put in its place. Pure.
// Must not know the composer's field.

import type { CannedResponse } from '../api/types';

export interface Trigger {
  /** Where the `/` stands. */
  start: number;
  /** Where the caret stands: the end of what is replaced. */
  end: number;
  query: string;
}

/** A `/` at the start of a word, and what was written behind it up to the caret. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const found = /(?:^|\s)\/([\p{L}\p{N}_-]{0,40})$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const query = found[1] ?? '';
  return { start: caret - query.length - 1, end: caret, query };
}

const SCOPES: Record<string, number> = { personal: 0, team: 1, workspace: 2 };

/** What fits, the best first: the shortcut itself, its beginning, a word of the title, anywhere. One's own come first among equals. */
export function matching(all: readonly CannedResponse[], query: string): CannedResponse[] {
  const wanted = query.toLocaleLowerCase();
  return all
    .map((response) => ({ response, rank: rank(response, wanted) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || order(a.response) - order(b.response)
      || a.response.shortcut.localeCompare(b.response.shortcut))
    .map(({ response }) => response);
}

const order = (response: CannedResponse): number => SCOPES[response.scope] ?? 3;

function rank(response: CannedResponse, wanted: string): number | null {
  if (wanted === '') return 0;
  const shortcut = response.shortcut.toLocaleLowerCase();
  const title = response.title.toLocaleLowerCase();
  if (shortcut === wanted) return 0;
  if (shortcut.startsWith(wanted)) return 1;
  if (title.split(/\s+/).some((word) => word.startsWith(wanted))) return 2;
  return shortcut.includes(wanted) || title.includes(wanted) ? 3 : null;
}

/**
 * The text with the chosen one in the place of what opened the picker, and where the caret goes. If the text has moved on since, and that
 * is no longer where it was, the chosen one goes to the end: nothing of what was written is lost.
 */
export function inserted(text: string, trigger: Trigger | null, chosen: string): { text: string; caret: number } {
  const there = trigger !== null && trigger.end > trigger.start && text.slice(trigger.start, trigger.end) === `/${trigger.query}`;
  const { start, end } = there ? trigger : { start: text.length, end: text.length };
  const before = text.slice(0, start) + chosen;
  return { text: before + text.slice(end), caret: before.length };
}
