// Keeps the thread's state at what the gateway knows: loads it, follows the stream, fills holes, and asks again and again where streams do
// not get through. Must not know how anything is shown.

import type { Signal } from '@preact/signals';
import { delayOf } from '../../shared/backoff';
import { Problem, isPassing } from '../../shared/problem';
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
  /** The whole thread was loaded. */
  onLoaded?: () => void;
  open?: typeof openStream;
  random?: () => number;
}

/** The API offers no long poll; a short question every 5 s is what is left. */
const POLL_MS = 5_000;
const BACKOFF = { baseMs: 1_000, capMs: 30_000 };

export class Live {
  readonly #options: LiveOptions;
  #stream: Stream | null = null;
  #streaming: StreamState = 'connecting';
  #loading: Promise<string | null> | null = null;
  /** The last load failed, whatever the stream says. */
  #failing = false;
  #filling = false;
  /** Nobody looks, or there is no way on: nothing is asked for. */
  #resting = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** The gateway named the time of the retry. */
  #asked = false;
  #poll: ReturnType<typeof setInterval> | undefined;
  #attempt = 0;
  #token = '';

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Loads the thread and follows it. Also takes up again what was paused. */
  async start(): Promise<void> {
    this.#resting = false;
    this.#tell();
    this.#stream?.wake();
    if (this.#stream !== null && this.#retry === undefined) return;
    const token = await this.#load();
    if (token === null || this.#stream !== null || this.#resting) return;
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
    this.#resting = true;
    this.#stream?.close();
    this.#stream = null;
    this.#streaming = 'connecting';
    this.#dropRetry();
    this.#tell();
  }

  /** Tries now what would be tried later, unless the gateway named the time. */
  wake(): void {
    if (this.#retry === undefined || !this.#asked) void this.start();
  }

  /** What we know does not fit: load anew. */
  reload(): void {
    if (!this.#resting && this.#retry === undefined) void this.#load();
  }

  /** Time goes by. It asks for nothing: what failed has its own time. */
  tick(now: number): void {
    const { thread } = this.#options;
    thread.value = reduceThread(thread.value, { type: 'tick', now });
  }

  /** Applies a change and sees to what it leaves open. */
  dispatch(event: ThreadEvent): void {
    const { thread } = this.#options;
    thread.value = reduceThread(thread.value, event);
    if (thread.value.stale) this.reload();
    else void this.#fill();
  }

  #take(event: SseEvent): void {
    if (event.event === 'reset') return this.reload();
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
    this.#dropRetry();
    const { api, thread, loaded, onLoaded } = this.#options;
    try {
      const whole = await api.thread(0);
      this.#failing = false;
      thread.value = reduceThread(thread.value, { type: 'loaded', thread: whole, after: 0 });
      // A hole that is left is about to be filled; whether that was worth the wait is not known yet.
      if (gapAfter(thread.value) === null) this.#attempt = 0;
      loaded.value = true;
      this.#tell();
      onLoaded?.();
      void this.#fill();
      return whole.resume_token;
    } catch (error) {
      this.#later(error);
      return null;
    }
  }

  /** What is missing between two messages, or at the end. */
  async #fill(): Promise<void> {
    const { thread, api } = this.#options;
    const after = gapAfter(thread.value);
    if (after === null || this.#filling || this.#resting || this.#retry !== undefined) return;
    this.#filling = true;
    const part = await api.thread(after).catch((error: unknown) => this.#later(error));
    this.#filling = false;
    if (!part) return;
    thread.value = reduceThread(thread.value, { type: 'loaded', thread: part, after });
    if (thread.value.stale) this.reload();
    // It has brought nothing, and would bring nothing again at once.
    else if (gapAfter(thread.value) === after) this.#wait(null);
    else {
      this.#attempt = 0;
      void this.#fill();
    }
  }

  /** Loads anew after a while, if that may help. */
  #later(error: unknown): void {
    if (this.#resting) return;
    if (!isPassing(error)) return this.#fail(error);
    this.#wait(error instanceof Problem ? error.retryAfter : null);
  }

  /** So many seconds, or longer each time. */
  #wait(asked: number | null): void {
    if (this.#resting) return;
    this.#failing = true;
    this.#tell();
    this.#dropRetry();
    this.#asked = asked !== null;
    const wait = asked === null ? delayOf(BACKOFF, this.#attempt++, this.#options.random ?? Math.random) : asked * 1000;
    this.#retry = setTimeout(() => void this.start(), wait + 500);
  }

  #dropRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #show(state: StreamState): void {
    this.#streaming = state;
    this.#tell();
  }

  #tell(): void {
    const failed = navigator.onLine ? 'waiting' : 'offline';
    this.#options.connection.value = this.#resting ? 'closed' : this.#failing ? failed : this.#streaming;
    const polls = this.#streaming === 'silent' && !this.#resting;
    if (polls) this.#poll ??= setInterval(() => this.reload(), POLL_MS);
    else this.#poll = void clearInterval(this.#poll);
  }
}
