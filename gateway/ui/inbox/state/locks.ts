// What only one tab of a browser may do at a time. Must not know what is done.

interface BrowserLocks {
  request(name: string, options: { signal?: AbortSignal }, held: () => Promise<void>): Promise<unknown>;
}

/** `null` where the browser has none, as outside of secure contexts. */
export function browserLocks(): BrowserLocks | null {
  const locks = navigator.locks as LockManager | undefined;
  return locks ? { request: (name, options, held) => locks.request(name, options, held) } : null;
}

/** Does it when no other tab does; without locks at once. The browser passes the lock on when a tab goes. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  const locks = browserLocks();
  await (locks ? locks.request(name, {}, work) : work());
}
