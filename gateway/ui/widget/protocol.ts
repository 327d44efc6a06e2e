// What the site's page and the iframe say to each other, and who believes whom. Used by both sides. Must not know a screen.

export type Told =
  /** The loader: the visitor sees the frame; by their own hand just now, and then writing is next. */
  | { type: 'open'; byHand: boolean }
  /** The loader: the visitor sees the frame no longer. The frame: please close. */
  | { type: 'close' }
  /** The frame: it is there, with a way to close it. */
  | { type: 'ready' }
  /** The loader: the keyboard comes in, at the first or the last of what it can stand on. */
  | { type: 'enter'; at: 'first' | 'last' }
  /** The frame: so many messages are unread. */
  | { type: 'unread'; count: number }
  /** The frame: the visitor wants more or less room. */
  | { type: 'expand' };

export type Envelope = Told & { baton: 1 };

const BARE = ['close', 'ready', 'expand'] as const;

export function envelope(told: Told): Envelope {
  return { baton: 1, ...told };
}

/** The message in whatever came, or null. Nothing of what came is passed on but what was checked. */
export function readEnvelope(data: unknown): Told | null {
  if (typeof data !== 'object' || data === null) return null;
  if (!('baton' in data) || data.baton !== 1 || !('type' in data)) return null;
  const type = BARE.find((bare) => bare === data.type);
  return type === undefined ? readLoaded(data, data.type) : { type };
}

/** Those that carry something. */
function readLoaded(data: object, type: unknown): Told | null {
  if (type === 'open') return readOpen(data);
  if (type === 'enter') return 'at' in data && (data.at === 'first' || data.at === 'last') ? { type, at: data.at } : null;
  if (type !== 'unread' || !('count' in data)) return null;
  const { count } = data;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= 1_000_000 ? { type, count } : null;
}

/** Loaders from before `byHand`, in pages that are still open, leave the focus to the frame. */
function readOpen(data: object): Told | null {
  const byHand = 'byHand' in data ? data.byHand : true;
  return typeof byHand === 'boolean' ? { type: 'open', byHand } : null;
}

/** As much of a MessageEvent as is looked at. */
export interface Heard {
  data: unknown;
  origin: string;
  source: unknown;
}

/** What was said by exactly this window of exactly one of these origins; null for anybody else. */
export function hear(event: Heard, from: unknown, origins: readonly string[]): Told | null {
  if (from === null || from === undefined || event.source !== from) return null;
  if (!origins.includes(event.origin)) return null;
  return readEnvelope(event.data);
}

/** The origins in `<meta name="baton-sites">`: only what is written as the origin it is, so no wildcard, no path, no `null`. */
export function originsOf(content: string, own: string): readonly string[] {
  const listed = content.split(/\s+/).filter((text) => text !== '' && isOrigin(text));
  return [...new Set([own, ...listed])];
}

function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    // A star is a character like any other to the URL parser.
    return !text.includes('*') && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text;
  } catch {
    return false;
  }
}
