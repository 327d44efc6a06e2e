// What nobody came back to leaves the browser's storage in time: drafts, and words that were never sent. Must not know who wrote them.

import { isOldDraft, type Shelf } from './drafts';
import { isOldJob } from './outbox';

const KEEP_MS = 30 * 24 * 3_600_000;

export function sweep(shelf: Shelf, now: number): void {
  const since = now - KEEP_MS;
  const old: string[] = [];
  for (let i = 0; i < shelf.length; i += 1) {
    const name = shelf.key(i) ?? '';
    const value = shelf.getItem(name);
    if (isOldDraft(name, value, since) || isOldJob(name, value, since)) old.push(name);
  }
  for (const name of old) shelf.removeItem(name);
}
