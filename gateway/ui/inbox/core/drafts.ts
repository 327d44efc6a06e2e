// What somebody began to write, kept for each member, conversation and kind. Survives switching, reload and a refused reply.
// Must not know the composer.

/** What can be written in a conversation. */
export type Kind = 'reply' | 'note';

const PREFIX = 'baton.inbox.draft';
const KEEP_MS = 30 * 24 * 3_600_000;

/** What of `Storage` is used. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

interface Kept {
  text: string;
  at: number;
}

const key = (member: string, conversation: string, kind: Kind): string =>
  [PREFIX, member, conversation, kind].join('.');

export function readDraft(shelf: Shelf, member: string, conversation: string, kind: Kind): string {
  return parse(shelf.getItem(key(member, conversation, kind)))?.text ?? '';
}

/** Keeps a draft; an empty one is forgotten. A full or forbidden storage loses the copy, not the text on the screen. */
export function keepDraft(
  shelf: Shelf,
  [member, conversation, kind]: readonly [string, string, Kind],
  text: string,
  now: number,
): void {
  const at = key(member, conversation, kind);
  try {
    if (text.trim() === '') shelf.removeItem(at);
    else shelf.setItem(at, JSON.stringify({ text, at: now } satisfies Kept));
  } catch {
    return;
  }
}

/** Puts a refused text back: before what was written meanwhile, never over it. */
export function restored(refused: string, written: string): string {
  if (written.trim() === '' || written === refused) return refused;
  return `${refused}\n\n${written}`;
}

/** Forgets drafts that nobody came back to. */
export function sweepDrafts(shelf: Shelf, now: number): void {
  const old: string[] = [];
  for (let i = 0; i < shelf.length; i += 1) {
    const name = shelf.key(i);
    if (!name?.startsWith(`${PREFIX}.`)) continue;
    const kept = parse(shelf.getItem(name));
    if (!kept || now - kept.at > KEEP_MS) old.push(name);
  }
  for (const name of old) shelf.removeItem(name);
}

function parse(text: string | null): Kept | null {
  if (!text) return null;
  try {
    const kept: unknown = JSON.parse(text);
    return isKept(kept) ? kept : null;
  } catch {
    return null;
  }
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string' && 'at' in value
    && typeof value.at === 'number';
}
