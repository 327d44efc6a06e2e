// The inbox's way to the API: the session's cookie travels by itself, and every change says that a script of ours made it.
// Must not know any route.

import { type Call, createClient } from '../../shared/http';

let ended: () => void = () => undefined;

/** Who hears that the session is over, whichever call found it out. */
export function onSessionEnd(hear: () => void): void {
  ended = hear;
}

/** A change without a body is still asked for its media type. */
const OF_A_CHANGE = { 'x-baton-csrf': '1', 'content-type': 'application/json' };

export const call: Call = createClient({
  headers: (method) => (method === 'GET' ? {} : OF_A_CHANGE),
  onProblem: (problem) => {
    if (problem.status === 401 && problem.reason !== 'SIGN_IN_REFUSED') ended();
  },
});

/** Reads every page of a list, up to `most`: for lists that are short by nature. */
export async function everyPage<P extends { next_page_token?: string | null }, T>(
  path: string,
  pick: (page: P) => readonly T[],
  most = 10,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | null = null;
  for (let i = 0; i < most; i += 1) {
    const page: P = await call<P>('GET', path, { query: { page_size: 200, page_token: token } });
    all.push(...pick(page));
    token = page.next_page_token ?? null;
    if (!token) break;
  }
  return all;
}

/** The header under which a thing with an etag is changed. */
export const ifMatch = (etag: string): { 'if-match': string } => ({ 'if-match': `"${etag}"` });
