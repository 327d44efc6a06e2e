// The one way to call the API: JSON in and out, refusals as Problem, silence as Unreachable. Must not know any route, nor who is calling.

import { Problem, Unreachable, problemOf } from './problem';

export { Problem, Unreachable, isPassing } from './problem';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface CallOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** Parameters of the address; those that are undefined or null are left out, lists are repeated. */
  query?: Readonly<Record<string, QueryValue | readonly string[]>>;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Until the answer is there, all of it. */
  timeoutMs?: number;
}

type QueryValue = string | number | boolean | null | undefined;

export interface ClientOptions {
  /** Headers of every call, asked for each time: tokens change. */
  headers?: (method: Method) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  fetch?: typeof fetch;
  /** Hears of each refusal before the caller does, such as an ended session. */
  onProblem?: (problem: Problem) => void;
}

/** Calls a route. `T` is the shape that openapi.json promises: our own gateway's word is taken for it. */
export type Call = <T = void>(method: Method, path: string, options?: CallOptions) => Promise<T>;

const TIMEOUT_MS = 20_000;

export function createClient(client: ClientOptions = {}): Call {
  return async <T>(method: Method, path: string, options: CallOptions = {}): Promise<T> => {
    const headers = { accept: 'application/json', ...(await client.headers?.(method)), ...options.headers };
    return within(options, async (signal) => {
      const response = await (client.fetch ?? fetch)(path + queryOf(options.query), requestOf(method, headers, signal, options.body));
      if (!response.ok) {
        const problem = await problemOf(response);
        client.onProblem?.(problem);
        throw problem;
      }
      // Not JSON: the answer broke off, or a proxy put its own page there.
      return (response.status === 204 ? undefined : await response.json()) as T;
    });
  };
}

/** Runs the call from first byte to last against the clock: an answer that stalls half-way is none. */
async function within<T>(options: CallOptions, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const give = (): void => abort.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', give);
  if (options.signal?.aborted) give();
  const timer = setTimeout(() => abort.abort(), options.timeoutMs ?? TIMEOUT_MS);
  try {
    return await call(abort.signal);
  } catch (error) {
    // The caller's own abort is the caller's to recognise.
    if (error instanceof Problem || options.signal?.aborted) throw error;
    throw new Unreachable(error);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', give);
  }
}

function requestOf(method: Method, headers: Record<string, string>, signal: AbortSignal, body: unknown): RequestInit {
  const init: RequestInit = { method, headers, signal, credentials: 'same-origin', cache: 'no-store' };
  return body === undefined ? init : { ...init, body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
}

function queryOf(query: CallOptions['query']): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'object') value.forEach((one) => pairs.append(name, one));
    else pairs.append(name, String(value));
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}
