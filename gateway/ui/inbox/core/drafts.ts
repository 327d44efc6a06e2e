// What somebody began to write, kept for each member, conversation and kind. Survives switching, reload and a refused reply.
// Must not know the composer.

/** What can be written in a conversation. */
export type Kind = 'reply' | 'note';

const PREFIX = 'baton.inbox.draft';

/** What of `Storage` is used. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** Whose words, where, and as what. */
export type Place = readonly [member: string, conversation: string, kind: Kind];

interface Kept {
  text: string;
  at: number;
}

const key = (member: string, conversation: string, kind: Kind): string =>
  [PREFIX, member, conversation, kind].join('.');

export function readDraft(shelf: Shelf, member: string, conversation: string, kind: Kind): string {
  return draftIn(shelf.getItem(key(member, conversation, kind)));
}

/** Keeps a draft; an empty one is forgotten. A full or forbidden storage loses the copy, not the text on the screen. */
export function keepDraft(
  shelf: Shelf,
  [member, conversation, kind]: Place,
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

/** Whether this is a draft that nobody came back to since then, or none that can be read. */
export function isOldDraft(name: string, value: string | null, since: number): boolean {
  return name.startsWith(`${PREFIX}.`) && (parse(value)?.at ?? Number.NEGATIVE_INFINITY) < since;
}

/** Whose draft, where and of what kind is kept under a name of the storage, if it is one. */
export function draftAt(name: string): Place | null {
  const parts = name.startsWith(`${PREFIX}.`) ? name.slice(PREFIX.length + 1).split('.') : [];
  const [member, conversation, kind] = parts;
  if (!member || !conversation || parts.length > 3) return null;
  return kind === 'reply' || kind === 'note' ? [member, conversation, kind] : null;
}

/** The text of a value of the storage; an empty one if it is no draft. */
export const draftIn = (value: string | null): string => parse(value)?.text ?? '';

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
