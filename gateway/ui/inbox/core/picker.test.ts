// The picker: when it opens, what it offers, what it puts where.

import { describe, expect, it } from 'vitest';
import type { CannedResponse } from '../api/types';
import { inserted, matching, triggerAt } from './picker';

const canned = (shortcut: string, title: string, scope: CannedResponse['scope'] = 'workspace'): CannedResponse => ({
  id: `can_${shortcut}`, scope, shortcut, title, text: '', variables: [], etag: 'r1', revision: 1,
});

describe('a slash', () => {
  it.each([['/', 1, ''], ['/re', 3, 're'], ['Hello /re', 9, 're'], ['line\n/x', 7, 'x']])('opens in %j at %i with %j', (text, caret, query) => {
    expect(triggerAt(text, caret)?.query).toBe(query);
  });

  it.each([['and/or', 6], ['https://x', 9], ['/re done', 8], ['', 0], ['/re', 0]])('does not open in %j at %i', (text, caret) => {
    expect(triggerAt(text, caret)).toBeNull();
  });
});

describe('what fits', () => {
  const all = [canned('refund', 'Refund approved'), canned('greet', 'Warm refusal'), canned('no-refund', 'No money back'), canned('ref', 'Reference', 'personal')];
  const found = (query: string): string[] => matching(all, query).map((one) => one.shortcut);

  it('comes the whole shortcut first, then its beginning, a word of the title, anything', () => expect(found('ref')).toEqual(['ref', 'refund', 'greet', 'no-refund']));
  it('does not mind capitals', () => expect(found('REFUND')).toEqual(['refund', 'no-refund']));
  it('is everything without a word, one’s own first', () => expect(found('')[0]).toBe('ref'));
  it('may be nothing', () => expect(found('zzz')).toEqual([]));
});

it('the chosen text takes the place of what opened the picker, and the caret follows it', () => {
  const trigger = triggerAt('Well /re', 8);
  expect(trigger && inserted('Well /re and so on', trigger, 'Thanks')).toEqual({ text: 'Well Thanks and so on', caret: 11 });
});

it.each([
  ['moved away', 'Oh. Well /re and so on', 'Oh. Well /re and so onThanks'],
  ['was taken out', 'Well', 'WellThanks'],
])('where what opened the picker %s meanwhile, nothing that was written is lost', (_, text, expected) => {
  expect(inserted(text, triggerAt('Well /re', 8), 'Thanks')).toEqual({ text: expected, caret: expected.length });
});
