// What the browser keeps for the widget, under one prefix a widget key. A browser that refuses to keep anything gets a memory instead.
// Must not know what is kept.

export interface Store {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** The names that begin so. */
  names(beginning: string): string[];
}

/** `area` is asked for late: in some browsers looking at it throws. */
export function browserStore(area: () => Storage, prefix: string): Store {
  try {
    const storage = area();
    const probe = `${prefix}probe`;
    storage.setItem(probe, '1');
    storage.removeItem(probe);
    return kept(storage, prefix);
  } catch {
    return memoryStore();
  }
}

export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    get: (name) => values.get(name) ?? null,
    set: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
    names: (beginning) => [...values.keys()].filter((name) => name.startsWith(beginning)),
  };
}

function kept(storage: Storage, prefix: string): Store {
  return {
    get: (name) => storage.getItem(prefix + name),
    set(name, value) {
      try {
        storage.setItem(prefix + name, value);
      } catch {
        // Full. What does not outlive the page still works on it.
      }
    },
    remove: (name) => storage.removeItem(prefix + name),
    names(beginning) {
      const names: string[] = [];
      for (let at = 0; at < storage.length; at += 1) {
        const name = storage.key(at);
        if (name?.startsWith(prefix + beginning)) names.push(name.slice(prefix.length));
      }
      return names;
    },
  };
}
