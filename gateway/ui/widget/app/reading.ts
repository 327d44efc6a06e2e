// How far the visitor has read: told to the gateway while they look, counted for the badge while they do not. Must not know the screen.

import { type ReadonlySignal, type Signal, computed, effect } from '@preact/signals';
import type { ThreadState } from '../model/thread';
import { newestSequence, unreadCount } from '../model/unread';
import type { Api } from './api';
import type { Store } from './storage';

export interface ReadingOptions {
  thread: Signal<ThreadState>;
  /** Whether the visitor sees the thread. */
  looking: ReadonlySignal<boolean>;
  mark: Signal<string>;
  api: Pick<Api, 'read'>;
  store: Store;
}

const MARK = 'read';
/** Messages that come together are told of together. */
const TOGETHER_MS = 400;

/** The mark as it was left, `<conversation>:<sequence>`. */
export function loadMark(store: Store): string {
  return store.get(MARK) ?? '';
}

export function unreadSignal({ thread, mark, looking }: Pick<ReadingOptions, 'thread' | 'mark' | 'looking'>): ReadonlySignal<number> {
  return computed(() => (looking.value ? 0 : unreadCount(thread.value, mark.value)));
}

/** Follows until the gateway is told; gives the way to stop. */
export function followReading({ thread, looking, mark, api, store }: ReadingOptions): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const id = thread.value.conversation?.id;
    const sequence = newestSequence(thread.value);
    const next = `${id}:${sequence}`;
    if (!looking.value || id === undefined || sequence === 0 || mark.value === next) return;
    mark.value = next;
    store.set(MARK, next);
    clearTimeout(timer);
    // Lost ones do not matter: the next mark covers them.
    timer = setTimeout(() => void api.read(id, sequence).catch(() => undefined), TOGETHER_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
