// The outbox in the browser's storage: each message under a key of its own, so that tabs do not write over each other's. Must not know how
// messages are sent.

import type { Pending } from '../model/outbox';
import type { Store } from './storage';

export type StoredPending = Pick<Pending, 'id' | 'text' | 'at'>;

const PREFIX = 'out:';
/** Older than this and nobody remembers having written it. */
const FORGOTTEN_MS = 7 * 24 * 3_600_000;

export function saveOutbox(store: Store, { id, text, at }: StoredPending): void {
  store.set(PREFIX + id, JSON.stringify({ text, at }));
}

export function dropOutbox(store: Store, id: string): void {
  store.remove(PREFIX + id);
}

export function isKept(store: Store, id: string): boolean {
  return store.get(PREFIX + id) !== null;
}

/** What was not acknowledged before the page went away, oldest first. What cannot be read is thrown away. */
export function loadOutbox(store: Store, now: number): StoredPending[] {
  const found: StoredPending[] = [];
  for (const name of store.names(PREFIX)) {
    const item = parse(name.slice(PREFIX.length), store.get(name));
    if (item !== null && now - item.at < FORGOTTEN_MS) found.push(item);
    else store.remove(name);
  }
  return found.sort((a, b) => a.at - b.at);
}

function parse(id: string, value: string | null): StoredPending | null {
  try {
    const parsed: unknown = JSON.parse(value ?? '');
    if (typeof parsed !== 'object' || parsed === null || !('text' in parsed) || !('at' in parsed)) return null;
    const { text, at } = parsed;
    return typeof text === 'string' && typeof at === 'number' && text !== '' ? { id, text, at } : null;
  } catch {
    return null;
  }
}
