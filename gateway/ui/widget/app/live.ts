// Keeps the thread's state at what the gateway knows: loads it, follows the stream, fills holes, and asks again and again where streams do
// not get through. Must not know how anything is shown.

import type { Signal } from '@preact/signals';
import { delayOf } from '../../shared/backoff';
import { isPassing } from '../../shared/problem';
import { type SseEvent, type Stream, type StreamState, openStream } from '../../shared/sse';
import { type ThreadEvent, type ThreadState, gapAfter, reduceThread } from '../model/thread';
import type { Api } from './api';
import { readItem } from './items';
import type { SessionKeeper } from './session';

export interface LiveOptions {
  thread: Signal<ThreadState>;
  connection: Signal<StreamState>;
  /** Whether the first load is done. */
  loaded: Signal<boolean>;
  api: Pick<Api, 'thread'>;
  keeper: SessionKeeper;
  /** Loading failed in a way that trying again does not mend. */
  onFault: (error: unknown) => void;
  open?: typeof openStream;
}

/** The API offers no long poll; a short question every 5 s is what is left. */
const POLL_MS = 5_000;
const BACKOFF = { baseMs: 1_000, capMs: 30_000 };

export class Live {
  readonly #options: LiveOptions;
  #stream: Stream | null = null;
  #loading: Promise<string | null> | null = null;
  #filling = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setInterval> | undefined;
  #attempt = 0;
  #token = '';

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Loads the thread and follows it. Also takes up again what was paused. */
  async start(): Promise<void> {
    if (this.#stream !== null) return this.#stream.wake();
    const token = await this.#load();
    if (token === null || this.#stream !== null) return;
    const { keeper, open = openStream } = this.#options;
    this.#stream = open({
      url: '/v1/widget/stream',
      lastEventId: token,
      headers: async () => ({ authorization: `Bearer ${(this.#token = await keeper.token())}` }),
      onEvent: (event) => this.#take(event),
      onState: (state) => this.#show(state),
      onRefused: ({ status }) => (status === 401 ? this.#renew() : 'retry'),
      onEnded: () => this.#renew(),
    });
  }

  async #renew(): Promise<'retry' | 'stop'> {
    try {
      await this.#options.keeper.instead(this.#token);
      return 'retry';
    } catch (error) {
      if (isPassing(error)) return 'retry';
      this.#fail(error);
      return 'stop';
    }
  }

  #fail(error: unknown): void {
    this.pause();
    this.#options.onFault(error);
  }

  /** Lets the connection go: nobody is looking, and browsers give a site only so many. */
  pause(): void {
    this.#stream?.close();
    this.#stream = null;
    clearTimeout(this.#retry);
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  /** Tries now what would be tried later. */
  wake(): void {
    if (this.#stream !== null) this.#stream.wake();
    else void this.start();
  }

  /** What we know does not fit: load anew. */
  reload(): void {
    void this.#load();
  }

  /** Applies a change and sees to what it leaves open. */
  dispatch(event: ThreadEvent): void {
    const { thread } = this.#options;
    thread.value = reduceThread(thread.value, event);
    if (thread.value.stale) void this.#load();
    else if (gapAfter(thread.value) !== null) void this.#fill();
  }

  #take(event: SseEvent): void {
    if (event.event === 'reset') {
      void this.#load();
      return;
    }
    const item = readItem(event);
    if (item !== null) this.dispatch(item);
  }

  /** The whole thread, once at a time. Gives the place to follow from, or null: then it will be tried again, or it is a fault. */
  #load(): Promise<string | null> {
    this.#loading ??= this.#loadOnce().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #loadOnce(): Promise<string | null> {
    clearTimeout(this.#retry);
    const { api, thread, loaded } = this.#options;
    try {
      const whole = await api.thread(0);
      this.#attempt = 0;
      thread.value = reduceThread(thread.value, { type: 'loaded', thread: whole, after: 0 });
      loaded.value = true;
      return whole.resume_token;
    } catch (error) {
      if (!isPassing(error)) {
        this.#fail(error);
        return null;
      }
      this.#show(navigator.onLine ? 'waiting' : 'offline');
      this.#retry = setTimeout(() => void this.#again(), delayOf(BACKOFF, this.#attempt++, Math.random) + 500);
      return null;
    }
  }

  #again(): Promise<unknown> {
    return this.#stream === null ? this.start() : this.#load();
  }

  /** What is missing between two messages, or at the end. */
  async #fill(): Promise<void> {
    const after = gapAfter(this.#options.thread.value);
    if (this.#filling || after === null) return;
    this.#filling = true;
    try {
      const part = await this.#options.api.thread(after);
      this.dispatch({ type: 'loaded', thread: part, after });
    } catch {
      // The hole is still there, and the next event or second finds it: not at once.
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    } finally {
      this.#filling = false;
    }
  }

  #show(state: StreamState): void {
    this.#options.connection.value = state;
    if (state === 'silent' && this.#poll === undefined) {
      this.#poll = setInterval(() => void this.#load(), POLL_MS);
    } else if (state === 'live' || state === 'closed') {
      clearInterval(this.#poll);
      this.#poll = undefined;
    }
  }
}
