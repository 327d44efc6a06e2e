// Times as people read them, in a language. Must not know the clock: `now` is given.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `14:05`, or as the language writes it. Empty for what is no time. */
export function clockTime(iso: string | null | undefined, language: string): string {
  return format(iso, language, { hour: 'numeric', minute: '2-digit' });
}

/** Date and time in full, for titles and details. */
export function fullTime(iso: string | null | undefined, language: string): string {
  return format(iso, language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Today, yesterday, or the date. */
export function dayLabel(iso: string | null | undefined, now: number, language: string): string {
  const at = parse(iso);
  if (at === null) return '';
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY);
  if (days === 0 || days === -1) return capital(new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day'), language);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(iso, language, { weekday: 'long', day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** Whether two times fall on different days where the reader is. */
export function differentDays(a: string | null | undefined, b: string | null | undefined): boolean {
  const [first, second] = [parse(a), parse(b)];
  return first !== null && second !== null && startOfDay(first) !== startOfDay(second);
}

/** `3 min. ago`, `in 2 hr.`: as short as the language has it. */
export function relative(iso: string | null | undefined, now: number, language: string): string {
  const at = parse(iso);
  if (at === null) return '';
  const [count, unit] = spanOf(at - now);
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }).format(count, unit);
}

/** `now`, `4m`, `2h`, `3d`: the age in a list, where there is no room for words. */
export function age(iso: string | null | undefined, now: number): string {
  const at = parse(iso);
  if (at === null) return '';
  const passed = Math.max(0, now - at);
  if (passed < MINUTE) return 'now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)}m`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)}h`;
  return `${Math.floor(passed / DAY)}d`;
}

function spanOf(ms: number): [number, Intl.RelativeTimeFormatUnit] {
  const size = Math.abs(ms);
  if (size < 45_000) return [0, 'second'];
  if (size < HOUR) return [Math.round(ms / MINUTE), 'minute'];
  if (size < DAY) return [Math.round(ms / HOUR), 'hour'];
  return [Math.round(ms / DAY), 'day'];
}

function format(iso: string | null | undefined, language: string, options: Intl.DateTimeFormatOptions): string {
  const at = parse(iso);
  return at === null ? '' : new Intl.DateTimeFormat(language, options).format(at);
}

function parse(iso: string | null | undefined): number | null {
  const at = iso ? Date.parse(iso) : NaN;
  return Number.isNaN(at) ? null : at;
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function capital(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
