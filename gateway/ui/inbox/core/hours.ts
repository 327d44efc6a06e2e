// Office hours between the API (minutes after midnight) and the editor's fields (clock times). Pure.
// Must not know the form.

import type { CurrentHours, DateException, OfficeHours, ReplyExpectation, Span, Weekday } from '../api/types';

export const WEEKDAYS: readonly Weekday[] = [
  'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday',
];

/** A span as two clock times. An end not after the start means the next day. */
export interface SpanFields {
  start: string;
  end: string;
}

export interface ExceptionFields {
  date: string;
  yearly: boolean;
  label: string;
  spans: SpanFields[];
}

export interface HoursFields {
  timeZone: string;
  language: string;
  week: Record<Weekday, SpanFields[]>;
  exceptions: ExceptionFields[];
  reply: 'none' | 'minutes' | 'text';
  minutes: string;
  text: string;
}

const DAY = 1440;

export function clock(minute: number): string {
  const within = ((minute % DAY) + DAY) % DAY;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}

/** Minutes after midnight; `24:00` and an empty or malformed text are no times of a clock. */
export function minuteOf(text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  const hour = Number(found?.[1]);
  const minute = Number(found?.[2]);
  return found && hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

export function spanFields(span: Span): SpanFields {
  return { start: clock(span.start_minute), end: clock(span.end_minute) };
}

export function spanOf(fields: SpanFields): Span | null {
  const start = minuteOf(fields.start);
  const end = minuteOf(fields.end);
  if (start === null || end === null) return null;
  return { start_minute: start, end_minute: end > start ? end : end + DAY };
}

/** Spans by rising start, or why they cannot be. */
export function spansOf(fields: readonly SpanFields[]): Span[] | string {
  const spans: Span[] = [];
  for (const one of fields) {
    const span = spanOf(one);
    if (!span) return 'Give every span a start and an end, such as 09:00 and 17:30.';
    spans.push(span);
  }
  spans.sort((a, b) => a.start_minute - b.start_minute);
  const overlaps = spans.some((span, i) => (spans[i - 1]?.end_minute ?? 0) > span.start_minute);
  return overlaps ? 'Two spans of the same day overlap.' : spans;
}

export function hoursFields(hours: CurrentHours): HoursFields {
  const week = Object.fromEntries(WEEKDAYS.map((day) => [day, [] as SpanFields[]])) as Record<Weekday, SpanFields[]>;
  for (const day of hours.week) week[day.weekday] = day.spans.map(spanFields);
  return {
    timeZone: hours.time_zone,
    language: hours.language ?? '',
    week,
    exceptions: hours.exceptions.map(exceptionFields),
    ...replyFields(hours.reply),
  };
}

function exceptionFields(exception: DateException): ExceptionFields {
  const yearly = exception.date.startsWith('--');
  return {
    // The year of a yearly one is only there because a date field needs one; a leap year, so that 29 February can be said.
    date: yearly ? `2028-${exception.date.slice(2)}` : exception.date,
    yearly,
    label: exception.label ?? '',
    spans: (exception.spans ?? []).map(spanFields),
  };
}

function replyFields(reply: ReplyExpectation | null): Pick<HoursFields, 'reply' | 'minutes' | 'text'> {
  if (!reply) return { reply: 'none', minutes: '60', text: '' };
  if ('minutes' in reply) return { reply: 'minutes', minutes: String(reply.minutes), text: '' };
  return { reply: 'text', minutes: '60', text: reply.custom_text };
}

/** What is sent, or the first fault as a sentence. */
export function hoursOf(fields: HoursFields): OfficeHours | string {
  const week: OfficeHours['week'] = [];
  for (const weekday of WEEKDAYS) {
    const spans = spansOf(fields.week[weekday]);
    if (typeof spans === 'string') return `${capital(weekday)}: ${spans}`;
    if (spans.length > 0) week.push({ weekday, spans });
  }
  const exceptions = exceptionsOf(fields.exceptions);
  if (typeof exceptions === 'string') return exceptions;
  const reply = replyOf(fields);
  if (typeof reply === 'string') return reply;
  return { time_zone: fields.timeZone.trim(), week, exceptions, reply, language: fields.language.trim() || null };
}

function exceptionsOf(fields: readonly ExceptionFields[]): DateException[] | string {
  const exceptions: DateException[] = [];
  for (const one of fields) {
    const date = one.yearly ? `--${one.date.slice(5)}` : one.date;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(one.date)) return 'Every exception needs a date.';
    if (exceptions.some((other) => other.date === date)) return `There are two exceptions for ${one.date}.`;
    const spans = spansOf(one.spans);
    if (typeof spans === 'string') return `${one.label || one.date}: ${spans}`;
    exceptions.push({ date, spans, label: one.label.trim() });
  }
  return exceptions;
}

function replyOf(fields: HoursFields): ReplyExpectation | null | string {
  if (fields.reply === 'none') return null;
  if (fields.reply === 'text') {
    return fields.text.trim() ? { custom_text: fields.text.trim() } : 'Write what visitors are told about the reply time.';
  }
  const minutes = Number(fields.minutes);
  return Number.isInteger(minutes) && minutes > 0 ? { minutes } : 'The reply time is a whole number of minutes.';
}

export const capital = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
