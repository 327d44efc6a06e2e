import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Network } from './network';
import { type SseEvent, type StreamState, openStream } from './sse';

/** A connection in the hands of the test. */
class Wire {
  controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  readonly headers: Headers;
  readonly response: Response;
  constructor(init: RequestInit) {
    this.headers = new Headers(init.headers);
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (this.controller = controller) });
    init.signal?.addEventListener('abort', () => {
      try {
        this.controller?.error(new DOMException('aborted', 'AbortError'));
      } catch {
        // Over already.
      }
    });
    this.response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }
  say(text: string): void {
    this.controller?.enqueue(new TextEncoder().encode(text));
  }
  end(): void {
    this.controller?.close();
  }
}

function setUp(options: { answer?: (count: number) => Response | Error | null; network?: Network } = {}) {
  const wires: Wire[] = [];
  const events: SseEvent[] = [];
  const states: StreamState[] = [];
  let count = 0;
  const fetcher = vi.fn(async (_: unknown, init: RequestInit = {}) => {
    const instead = options.answer?.(count++) ?? null;
    if (instead instanceof Error) throw instead;
    if (instead !== null) return instead;
    const wire = new Wire(init);
    wires.push(wire);
    return wire.response;
  });
  const onEnded = vi.fn(() => 'retry' as const);
  const stream = openStream({
    url: '/s',
    lastEventId: 't0',
    fetch: fetcher as unknown as typeof fetch,
    random: () => 1,
    network: options.network ?? { online: () => true, follow: () => () => undefined },
    onEvent: (event) => void events.push(event),
    onState: (state) => void states.push(state),
    onEnded,
  });
  return { wires, events, states, fetcher, stream, onEnded };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a live stream', () => {
  it('begins at the place it was given and comes back where it left off', async () => {
    const { wires, events } = setUp();
    await settle();
    expect(wires[0]?.headers.get('last-event-id')).toBe('t0');
    wires[0]?.say('id: t1\nevent: message\ndata: {}\n\n');
    await settle();
    expect(events.map((event) => event.lastEventId)).toEqual(['t1']);
    wires[0]?.end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(wires[1]?.headers.get('last-event-id')).toBe('t1');
  });

  it('puts characters together that were cut in two', async () => {
    const { wires, events } = setUp();
    await settle();
    const bytes = new TextEncoder().encode('data: zürich 🚲\n\n');
    for (const byte of bytes) wires[0]?.controller?.enqueue(Uint8Array.of(byte));
    await settle();
    expect(events[0]?.data).toBe('zürich 🚲');
  });

  it('waits longer and longer, and at most half a minute', async () => {
    const { fetcher, stream } = setUp({ answer: () => new TypeError('no route') });
    for (const [passed, calls] of [[0, 1], [999, 1], [1, 2], [1_999, 2], [1, 3], [3_999, 3], [1, 4]] as const) {
      await vi.advanceTimersByTimeAsync(passed);
      expect(fetcher).toHaveBeenCalledTimes(calls);
    }
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    const before = fetcher.mock.calls.length;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(fetcher.mock.calls.length - before).toBe(1);
    stream.close();
  });

  it('gives up on a connection that has gone silent', async () => {
    const { wires, states } = setUp();
    await settle();
    wires[0]?.say(': open\n\n');
    await vi.advanceTimersByTimeAsync(30_000);
    wires[0]?.say(': alive\n\n');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(wires).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(wires).toHaveLength(2);
    expect(states).toContain('live');
  });

  it('says so when connections carry nothing again and again, and when they do again', async () => {
    const { wires, states } = setUp();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toBe('silent');
    const tried = wires.length;
    while (wires.length === tried) await vi.advanceTimersByTimeAsync(500);
    wires.at(-1)?.say(': open\n\n');
    await settle();
    expect(states.at(-1)).toBe('live');
  });

  it('comes back when the gateway says: at once, or after the time it names', async () => {
    const { wires } = setUp();
    await settle();
    wires[0]?.say('event: reconnect\ndata: {"after_ms":2500}\n\n');
    await vi.advanceTimersByTimeAsync(2_499);
    expect(wires).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(wires).toHaveLength(2);
    wires[1]?.say('event: resume\ndata: {}\n\n');
    await vi.advanceTimersByTimeAsync(500);
    expect(wires).toHaveLength(3);
  });

  it('asks for a new session when the old one is over', async () => {
    const { wires, onEnded, events } = setUp();
    await settle();
    wires[0]?.say('event: ended\ndata: {"reason":"UNAUTHENTICATED"}\n\n');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onEnded).toHaveBeenCalledOnce();
    expect(wires).toHaveLength(2);
    expect(events).toEqual([]);
  });

  it('is as patient as a refusal asks, and stops where it has no right', async () => {
    const refused = (status: number, wait?: string): Response =>
      new Response('{}', { status, headers: wait === undefined ? {} : { 'retry-after': wait } });
    const { fetcher, states } = setUp({ answer: (count) => (count === 0 ? refused(503, '7') : refused(401)) });
    await vi.advanceTimersByTimeAsync(6_999);
    expect(fetcher).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fetcher).toHaveBeenCalledTimes(2);
    expect(states.at(-1)).toBe('closed');
  });

  it('waits for the network without trying, and tries as soon as it is back', async () => {
    let online = false;
    let changed: (online: boolean) => void = () => undefined;
    const network: Network = { online: () => online, follow: (callback) => ((changed = callback), () => undefined) };
    const { fetcher, states } = setUp({ network });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(fetcher).not.toHaveBeenCalled();
    expect(states.at(-1)).toBe('offline');
    online = true;
    changed(true);
    await settle();
    expect(fetcher).toHaveBeenCalledOnce();
  });

  it('is quiet once closed', async () => {
    const { wires, stream, fetcher } = setUp();
    await settle();
    stream.close();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(wires).toHaveLength(1);
    expect(fetcher).toHaveBeenCalledOnce();
  });
});
