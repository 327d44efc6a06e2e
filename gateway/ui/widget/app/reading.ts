// How far the visitor has read: remembered when they see it, told to the gateway until it knows, counted for the badge while they do not look.
// Must not know the screen.

import { type ReadonlySignal, type Signal, computed, effect } from '@preact/signals';
import { delayOf } from '../../shared/backoff';
import { Problem, isPassing } from '../../shared/problem';
import type { ThreadState } from '../model/thread';
import { covers, newestSequence, readMark, unreadCount } from '../model/unread';
import type { Api } from './api';
import type { Store } from './storage';

export interface ReadingOptions {
  thread: Signal<ThreadState>;
  /** Whether the visitor sees the thread. */
  looking: ReadonlySignal<boolean>;
  mark: Signal<string>;
  api: Pick<Api, 'read'>;
  store: Store;
  random?: () => number;
}

export interface Reading {
  /** There may be a way again for what could not be told. */
  again(): void;
  stop(): void;
}

const MARK = 'read';
/** The last mark that the gateway has heard of. Apart from the other: what is seen and not told is mailed to the visitor. */
const TOLD = 'told';
/** Messages that come together are told of together. */
const TOGETHER_MS = 400;
const BACKOFF = { baseMs: 2_000, capMs: 60_000 };

/** The mark as it was left, `<conversation>:<sequence>`. */
export function loadMark(store: Store): string {
  return store.get(MARK) ?? '';
}

export function unreadSignal({ thread, mark, looking }: Pick<ReadingOptions, 'thread' | 'mark' | 'looking'>): ReadonlySignal<number> {
  return computed(() => (looking.value ? 0 : unreadCount(thread.value, mark.value)));
}

/** Follows what is seen, and tells the gateway. */
export function followReading(options: ReadingOptions): Reading {
  const { thread, looking, mark, store } = options;
  const teller = new Teller(options);
  const stop = effect(() => {
    const id = thread.value.conversation?.id;
    const sequence = newestSequence(thread.value);
    const next = `${id}:${sequence}`;
    if (!looking.value || id === undefined || sequence === 0 || mark.value === next) return;
    mark.value = next;
    store.set(MARK, next);
    teller.tell(TOGETHER_MS);
  });
  return {
    again: () => teller.tell(0),
    stop() {
      teller.stop();
      stop();
    },
  };
}

class Teller {
  readonly #options: ReadingOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** The gateway has asked for patience until then, in milliseconds. */
  #notBefore = 0;
  /** Where the browser keeps nothing. */
  #told = '';

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  /** After a while, in place of what was to be told before, and not before the time that the gateway named. */
  tell(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#say(), Math.max(wait, this.#notBefore - Date.now()));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #say(): Promise<void> {
    const { api, store, random } = this.#options;
    const mark = this.#options.mark.peek();
    const last = readMark(mark);
    const known = [this.#told, store.get(TOLD) ?? ''];
    if (last === null || known.some((one) => covers(one, mark))) return;
    try {
      await api.read(last.id, last.sequence);
      this.#attempt = 0;
      this.#told = mark;
      store.set(TOLD, mark);
    } catch (error) {
      if (!isPassing(error)) return;
      const asked = error instanceof Problem ? error.retryAfter : null;
      if (asked !== null) this.#notBefore = Date.now() + asked * 1000;
      this.tell(asked === null ? delayOf(BACKOFF, this.#attempt++, random ?? Math.random) : 0);
    }
  }
}
