// Maps and sets that keep what was put in last and let go of what is oldest, so that a tab that is open for weeks does not grow. Pure.
// Must not know of what.

/** The map with the entry as its newest; of more than `most` the oldest go. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V, most: number): Map<K, V> {
  const next = new Map(map);
  next.delete(key);
  next.set(key, value);
  for (const oldest of next.keys()) {
    if (next.size <= most) break;
    next.delete(oldest);
  }
  return next;
}

/** Adds to a set in place. */
export function remember<K>(set: Set<K>, key: K, most: number): void {
  set.delete(key);
  set.add(key);
  for (const oldest of set) {
    if (set.size <= most) break;
    set.delete(oldest);
  }
}
