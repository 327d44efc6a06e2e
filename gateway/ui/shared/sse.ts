// A live stream of the gateway that keeps itself alive: it reads by fetch (tokens stay in headers), comes back where it left off, and
// gives up on a connection that has gone silent. It knows the gateway's own events (`resume`, `reconnect`, `ended`) and passes all others
// on, `reset` too. Must not know what they carry.

import { type Backoff, delayOf } from './backoff';
import { type Network, browserNetwork } from './network';
import { type Problem, problemOf } from './problem';
import { type SseEvent, SseParser } from './sse-parser';

export type { SseEvent } from './sse-parser';

/**
 * `live`: bytes have come on this connection. `waiting`: between two attempts. `silent`: connections are accepted but carry nothing, again
 * and again, as behind a proxy that collects answers; attempts go on, but the caller should poll. `offline`: the browser has no network.
 */
export type StreamState = 'connecting' | 'live' | 'waiting' | 'silent' | 'offline' | 'closed';

export interface StreamOptions {
  url: string;
  /** Asked before each attempt; if it throws, that counts as a failed attempt. */
  headers?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Where to begin, such as the `resume_token` of a thread. */
  lastEventId?: string;
  onEvent: (event: SseEvent) => void;
  onState?: (state: StreamState) => void;
  /** The gateway refused. `stop` closes the stream; `retry` comes back later. Without it: 401 and 403 stop. */
  onRefused?: (problem: Problem) => 'retry' | 'stop' | Promise<'retry' | 'stop'>;
  /** The session is over. `retry` comes back at once, with new headers. Without it the stream closes. */
  onEnded?: () => 'retry' | 'stop' | Promise<'retry' | 'stop'>;
  fetch?: typeof fetch;
  random?: () => number;
  network?: Network;
}

export interface Stream {
  close(): void;
  /** Tries now if it was waiting: the page became visible, the user asked. */
  wake(): void;
}

/** The gateway gives a sign of life every 15 s; two lost ones and the connection is dead. */
const SILENCE_MS = 35_000;
/** The gateway's first bytes come at once. */
const FIRST_BYTE_MS = 8_000;
/** So many connections without a byte mean that something in between holds them back. */
const SILENT_AFTER = 2;
/** A connection that held so long was a good one, and the next failure begins at the shortest wait. */
const GOOD_MS = 5_000;
const BACKOFF: Backoff = { baseMs: 1_000, capMs: 30_000 };

export function openStream(options: StreamOptions): Stream {
  const connection = new Connection(options);
  void connection.run();
  return connection;
}

/** What a connection ended with: how soon to come back, or never. `null` is the back-off's to say. */
type End = { comeBackMs: number | null } | 'stop';

class Connection implements Stream {
  readonly #options: StreamOptions;
  readonly #network: Network;
  readonly #random: () => number;
  #parser: SseParser;
  #abort: AbortController | null = null;
  #wake: (() => void) | null = null;
  #closed = false;
  #attempt = 0;
  /** Connections in a row that were accepted and carried nothing. */
  #silent = 0;
  /** Whether a byte has come on this one. */
  #heard = false;
  #lastEventId: string;
  #state: StreamState | null = null;
  #unfollow: () => void;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#network = options.network ?? browserNetwork;
    this.#random = options.random ?? Math.random;
    this.#lastEventId = options.lastEventId ?? '';
    this.#parser = new SseParser(this.#lastEventId);
    this.#unfollow = this.#network.follow((online) => (online ? this.wake() : this.#abort?.abort()));
  }

  close(): void {
    this.#closed = true;
    this.#unfollow();
    this.#abort?.abort();
    this.#wake?.();
    this.#show('closed');
  }

  wake(): void {
    this.#wake?.();
  }

  async run(): Promise<void> {
    while (!this.#closed) {
      const begun = Date.now();
      const end = await this.#connectOnce();
      if (this.#closed) return;
      if (end === 'stop') return this.close();
      if (Date.now() - begun >= GOOD_MS && this.#state === 'live') this.#attempt = 0;
      await this.#pause(end.comeBackMs ?? delayOf(this.#backoff(), this.#attempt++, this.#random));
    }
  }

  #backoff(): Backoff {
    return { ...BACKOFF, baseMs: Math.max(BACKOFF.baseMs, this.#parser.retryMs ?? 0) };
  }

  async #connectOnce(): Promise<End> {
    if (!this.#network.online()) return { comeBackMs: null };
    const abort = new AbortController();
    this.#abort = abort;
    if (this.#silent < SILENT_AFTER) this.#show('connecting');
    const watchdog = new Watchdog(() => abort.abort());
    this.#heard = false;
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream', ...(await this.#options.headers?.()) };
      if (this.#closed) return 'stop';
      if (this.#lastEventId !== '') headers['last-event-id'] = this.#lastEventId;
      watchdog.feed(FIRST_BYTE_MS);
      const fetcher = this.#options.fetch ?? fetch;
      const response = await fetcher(this.#options.url, { headers, signal: abort.signal, cache: 'no-store', credentials: 'same-origin' });
      if (!response.ok || response.body === null) return await this.#refused(await problemOf(response));
      return await this.#read(response.body, watchdog);
    } catch {
      // Broken off, aborted by the watchdog, or no token to be had: all the same, come back later.
      if (watchdog.fired && !this.#heard) this.#silent += 1;
      return { comeBackMs: null };
    } finally {
      watchdog.stop();
      abort.abort();
    }
  }

  async #read(body: ReadableStream<Uint8Array>, watchdog: Watchdog): Promise<End> {
    this.#parser = new SseParser(this.#lastEventId);
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (this.#closed) return 'stop';
      if (done) {
        if (!this.#heard) this.#silent += 1;
        return { comeBackMs: null };
      }
      watchdog.feed(SILENCE_MS);
      this.#heard = true;
      this.#silent = 0;
      this.#show('live');
      for (const event of this.#parser.push(decoder.decode(value, { stream: true }))) {
        const end = await this.#take(event);
        if (end !== null) return end;
      }
      this.#lastEventId = this.#parser.lastEventId;
    }
  }

  async #take(event: SseEvent): Promise<End | null> {
    if (event.event === 'resume') return { comeBackMs: Math.round(this.#random() * 500) };
    if (event.event === 'reconnect') return { comeBackMs: afterOf(event.data) };
    if (event.event === 'ended') {
      // By the back-off, lest a session that ends at once makes a storm.
      return (await this.#options.onEnded?.()) === 'retry' ? { comeBackMs: null } : 'stop';
    }
    this.#hand(event);
    this.#lastEventId = event.lastEventId;
    return null;
  }

  /** A fault in the caller's code is shown as an uncaught error, and does not come again and again with the event. */
  #hand(event: SseEvent): void {
    try {
      this.#options.onEvent(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  async #refused(problem: Problem): Promise<End> {
    const ours = problem.status === 401 || problem.status === 403;
    const verdict = this.#options.onRefused ? await this.#options.onRefused(problem) : ours ? 'stop' : 'retry';
    if (verdict === 'stop') return 'stop';
    return { comeBackMs: problem.retryAfter === null ? null : problem.retryAfter * 1000 };
  }

  async #pause(ms: number): Promise<void> {
    const offline = !this.#network.online();
    if (offline) this.#show('offline');
    else if (this.#silent >= SILENT_AFTER) this.#show('silent');
    else this.#show('waiting');
    await new Promise<void>((resolve) => {
      // Without a network only the network's return wakes us, or somebody's wish.
      const timer = offline ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  #show(state: StreamState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}

/** Acts unless it is fed in time. */
class Watchdog {
  fired = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #act: () => void;

  constructor(act: () => void) {
    this.#act = act;
  }

  feed(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.fired = true;
      this.#act();
    }, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function afterOf(data: string): number | null {
  try {
    const parsed: unknown = JSON.parse(data);
    if (typeof parsed !== 'object' || parsed === null || !('after_ms' in parsed)) return null;
    return typeof parsed.after_ms === 'number' && parsed.after_ms >= 0 ? parsed.after_ms : null;
  } catch {
    return null;
  }
}
