// Times and names, routes, presence, unread, refusals and the usual snooze times.

import { describe, expect, it } from 'vitest';
import { Problem, Unreachable } from '../../shared/http';
import { conversation } from './fixtures';
import { age, dayName, initials, localField, oneLine, tint, visitorName } from './format';
import { linesOf } from './lines';
import { expired, withActivity, without } from './presence';
import { sentence } from './refusals';
import { formatRoute, parseRoute, type Route } from './route';
import { snoozeTimes } from './snooze';
import { isUnread } from './unread';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();

describe('format', () => {
  it.each([[30_000, 'now'], [60_000, '1m'], [59 * 60_000, '59m'], [3_600_000, '1h'], [26 * 3_600_000, '1d']])('%i ms ago is %s', (ms, said) => expect(age(ago(ms), NOW)).toBe(said));
  it('after a week is a date', () => expect(age(ago(9 * 86_400_000), NOW, 'en-GB')).toBe('13 Nov'));
  it('names the days that have a name', () => expect([dayName(ago(0), NOW), dayName(ago(86_400_000), NOW)]).toEqual(['Today', 'Yesterday']));
  it.each([['Nora Lindqvist', 'NL'], ['dana', 'D'], ['Ana María de la Cruz', 'AC'], ['', '?'], ['李 明', '李明']])('initials of %j are %j', (name, two) => expect(initials(name)).toBe(two));
  it('tints the same id the same', () => expect(tint('cont_1')).toBe(tint('cont_1')));
  it('names a nameless visitor', () => expect(visitorName('cont_01abc4r8d')).toBe('Visitor 4R8D'));
  it('makes one line of a message', () => expect(oneLine('**Hi**\n\n[here](https://x.example) `now`')).toBe('Hi here now'));
  it('writes a local instant for a field', () => expect(localField(new Date(2026, 0, 5, 7, 3))).toBe('2026-01-05T07:03'));
  it('reads a list one a line', () => expect(linesOf(' a \n\nb\na')).toEqual(['a', 'b']));
});

describe('a route', () => {
  it.each<Route>([
    { page: 'inbox', view: { kind: 'mine', status: 'open' }, conversation: 'conv_1' },
    { page: 'inbox', view: { kind: 'all' }, conversation: null },
    { page: 'inbox', view: { kind: 'team', teamId: 'team_1', status: 'snoozed' }, conversation: null },
    { page: 'settings', section: 'hours' },
    { page: 'settings', section: null },
  ])('%o is read as it was written', (route) => {
    const address = new URL(formatRoute(route), 'https://desk.example.org');
    expect(parseRoute(address.pathname, address.search)).toEqual(route);
  });

  it('with a broken escape is a conversation that is not there, and no blank page', () =>
    expect(parseRoute('/inbox/c/%E0%A4%A', '')).toMatchObject({ page: 'inbox', conversation: '%E0%A4%A' }));
  it('that is nonsense is the queue', () => expect(parseRoute('/inbox/x/y', '?view=zz')).toEqual({ page: 'inbox', view: { kind: 'needs_intervention' }, conversation: null }));
});

describe('presence', () => {
  const typing = { conversation_id: 'c', presence: { kind: 'typing' as const, actor: { kind: 'visitor' as const, id: 'cont_1' } } };
  it('is over after six seconds', () => {
    const present = withActivity([], typing, NOW);
    expect([expired(present, NOW + 5_999).length, expired(present, NOW + 6_000).length]).toEqual([1, 0]);
  });
  it('is renewed, not doubled', () => expect(withActivity(withActivity([], typing, NOW), typing, NOW + 3_000)).toHaveLength(1));
  it('ends with idle, and with the message', () => {
    const present = withActivity([], typing, NOW);
    expect(withActivity(present, { ...typing, presence: { ...typing.presence, kind: 'idle' } }, NOW)).toEqual([]);
    expect(without(present, 'cont_1')).toEqual([]);
  });
});

describe('unread', () => {
  const visitor = { sequence: 3, kind: 'visitor', text: '' };
  const mine = conversation({ assignee_id: 'me', last_sequence: 3 });
  it('is what a visitor said after the mark', () => expect(isUnread(mine, visitor, 2, 'me')).toBe(true));
  it('is not what was read', () => expect(isUnread(mine, visitor, 3, 'me')).toBe(false));
  it('is not what we said ourselves', () => expect(isUnread(mine, { ...visitor, kind: 'member' }, 2, 'me')).toBe(false));
  it('is not what the AI deals with and one never opened', () => expect(isUnread(conversation({ last_sequence: 3 }), visitor, undefined, 'me')).toBe(false));
});

describe('a refusal', () => {
  it('says in how long to come back', () => expect(sentence(new Problem(429, { reason: 'RATE_LIMITED', retry_after: 7 }))).toMatch(/7 seconds/));
  it('names each malformed field', () => expect(sentence(new Problem(400, { reason: 'INVALID_FIELDS', errors: [{ field: 'display_name', message: 'is empty' }] }))).toBe('display name: is empty'));
  it('quotes a request nobody knows a sentence for', () => expect(sentence(new Problem(500, { reason: 'NEWER', detail: 'Odd', request_id: 'r1' }))).toBe('Odd (request r1)'));
  it('of silence is about the connection', () => expect(sentence(new Unreachable(null))).toMatch(/cannot be reached/));
});

describe('the usual times to snooze', () => {
  it('end on a Monday morning', () => expect(snoozeTimes(new Date(2026, 10, 25, 15)).at(-1)?.at).toEqual(new Date(2026, 10, 30, 9)));
  it('do not name Monday twice on a Sunday', () => expect(snoozeTimes(new Date(2026, 10, 22, 15)).map((one) => one.label)).not.toContain('Monday morning'));
});
