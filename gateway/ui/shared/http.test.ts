import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Call, type ClientOptions, Problem, Unreachable, createClient } from './http';

/** An answer whose body breaks off when the call is aborted, as in a browser, and says nothing more by itself. */
function stalled(status: number, init: RequestInit, begins = '{"a":'): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(begins));
      init.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
    },
  });
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

function client(answer: (init: RequestInit) => Response | Promise<Response>, more: Partial<ClientOptions> = {}): Call {
  const fetcher = async (_: unknown, init: RequestInit = {}): Promise<Response> => answer(init);
  return createClient({ fetch: fetcher as typeof fetch, ...more });
}

/** What the promise ended with, once it has. */
function ending(promise: Promise<unknown>): { with?: unknown } {
  const end: { with?: unknown } = {};
  promise.then((value) => (end.with = value), (error: unknown) => (end.with = error));
  return end;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a call', () => {
  it('gives what was answered, and nothing where there is nothing', async () => {
    expect(await client(() => Response.json({ a: 1 }))('GET', '/x')).toEqual({ a: 1 });
    expect(await client(() => new Response(null, { status: 204 }))('POST', '/x')).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up on an answer that stalls, in its body too', async () => {
    for (const answer of [(init: RequestInit) => stalled(200, init), (init: RequestInit) => new Promise<Response>((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)))]) {
      const end = ending(client(answer)('GET', '/x', { timeoutMs: 5_000 }));
      await vi.advanceTimersByTimeAsync(4_999);
      expect(end).toEqual({});
      await vi.advanceTimersByTimeAsync(1);
      expect(end.with).toBeInstanceOf(Unreachable);
    }
  });

  it('knows a refusal by its status where the words do not come', async () => {
    const end = ending(client((init) => stalled(429, init))('GET', '/x', { timeoutMs: 5_000 }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(end.with).toBeInstanceOf(Problem);
    expect(end.with).toMatchObject({ status: 429, reason: 'UNKNOWN' });
  });

  it("leaves the caller's own abort for the caller to recognise, in the body too", async () => {
    const abort = new AbortController();
    const end = ending(client((init) => stalled(200, init))('GET', '/x', { signal: abort.signal }));
    await vi.advanceTimersByTimeAsync(10);
    const reason = new Error('no longer wanted');
    abort.abort(reason);
    await vi.advanceTimersByTimeAsync(0);
    expect(end.with).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});
