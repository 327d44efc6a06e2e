// Times and names as people read them. Pure: now is given. Must not know any component.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, as short as it can be said: `now`, `4m`, `3h`, `2d`, then the date. */
export function age(time: string | null | undefined, now: number, locale?: string): string {
  if (!time) return '';
  const passed = now - Date.parse(time);
  if (passed < MINUTE) return 'now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)}m`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)}h`;
  if (passed < 7 * DAY) return `${Math.floor(passed / DAY)}d`;
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(new Date(time));
}

/** The local date, to tell days apart. */
export function dayKey(time: string): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

export function dayName(time: string, now: number, locale?: string): string {
  const iso = (at: number): string => dayKey(new Date(at).toISOString());
  if (dayKey(time) === iso(now)) return 'Today';
  if (dayKey(time) === iso(now - DAY)) return 'Yesterday';
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(time));
}

export function clockTime(time: string | null | undefined, locale?: string): string {
  if (!time) return '';
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(time));
}

export function dateTime(time: string | null | undefined, locale?: string): string {
  if (!time) return '';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));
}

/** Two letters for a face without a picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '?')][0] ?? '?').join('').toLocaleUpperCase();
}

/** One of eight tints, the same for the same id. */
export function tint(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum % 8;
}

/** A name for a contact nobody named: short and stable, so that two of them can be told apart. */
export function visitorName(contactId: string): string {
  return `Visitor ${contactId.slice(-4).toUpperCase()}`;
}

/** One line of a message, without its marks. */
export function oneLine(text: string): string {
  return text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*_`#>~]+/g, '').replace(/\s+/g, ' ').trim();
}

/** The value of a `datetime-local` field for an instant, in local time. */
export function localField(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
