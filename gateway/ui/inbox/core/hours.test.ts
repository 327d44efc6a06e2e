// Office hours: there and back without loss, and every fault as a sentence.

import { describe, expect, it } from 'vitest';
import type { CurrentHours } from '../api/types';
import { clock, hoursFields, hoursOf, minuteOf, spanFields, spanOf, spansOf } from './hours';

const hours: CurrentHours = {
  time_zone: 'Europe/Berlin',
  week: [{ weekday: 'monday', spans: [{ start_minute: 540, end_minute: 720 }, { start_minute: 780, end_minute: 1020 }] }, { weekday: 'friday', spans: [{ start_minute: 1320, end_minute: 1560 }] }],
  exceptions: [{ date: '--12-25', spans: [], label: 'Christmas' }, { date: '2026-12-31', spans: [{ start_minute: 600, end_minute: 780 }], label: '' }],
  reply: { minutes: 30 },
  language: 'de',
  always_open: false,
  etag: 'r1',
};

describe('hours', () => {
  it('come back as they were', () => {
    const { always_open: _, etag: __, ...sent } = hours;
    expect(hoursOf(hoursFields(hours))).toEqual(sent);
  });

  it('in one’s own words too', () => {
    expect(hoursOf(hoursFields({ ...hours, reply: { custom_text: 'Soon.' } }))).toMatchObject({ reply: { custom_text: 'Soon.' } });
    expect(hoursOf(hoursFields({ ...hours, reply: null, language: null }))).toMatchObject({ reply: null, language: null });
  });
});

describe('a span', () => {
  it('past midnight ends on the next day', () => {
    expect(spanFields({ start_minute: 1320, end_minute: 1560 })).toEqual({ start: '22:00', end: '02:00' });
    expect(spanOf({ start: '22:00', end: '02:00' })).toEqual({ start_minute: 1320, end_minute: 1560 });
  });

  it('up to midnight ends with the day', () => expect(spanOf({ start: '18:00', end: '00:00' })).toEqual({ start_minute: 1080, end_minute: 1440 }));
  it('round the clock is a whole day', () => expect(spanOf({ start: '00:00', end: '00:00' })).toEqual({ start_minute: 0, end_minute: 1440 }));
  it.each(['', '9', '24:00', '12:60', 'noon'])('has no end at %j', (end) => expect(spanOf({ start: '09:00', end })).toBeNull());
});

it('minutes and clock times are each other’s inverse', () => {
  for (let minute = 0; minute < 1440; minute += 7) expect(minuteOf(clock(minute))).toBe(minute);
});

describe('a fault', () => {
  const fields = hoursFields(hours);
  it('is named for spans that overlap', () => expect(spansOf([{ start: '09:00', end: '12:00' }, { start: '11:00', end: '13:00' }])).toMatch(/overlap/));
  it('is none for spans in any order', () => expect(spansOf([{ start: '13:00', end: '17:00' }, { start: '09:00', end: '12:00' }])).toHaveLength(2));
  it('names its day', () => expect(hoursOf({ ...fields, week: { ...fields.week, sunday: [{ start: '', end: '' }] } })).toMatch(/^Sunday/));
  it('is named for a date twice', () => expect(hoursOf({ ...fields, exceptions: [...fields.exceptions, ...fields.exceptions] })).toMatch(/two exceptions/));
  it.each(['0', '-5', '1.5', 'x'])('is named for %j minutes', (minutes) => expect(hoursOf({ ...fields, reply: 'minutes', minutes })).toMatch(/whole number/));
});
