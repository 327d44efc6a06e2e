// Sends what the outbox holds, one after the other, until the gateway has it or refuses it for good. Must not know screens.

import type { Signal } from '@preact/signals';
import { delayOf } from '../../shared/backoff';
import { Problem, isPassing } from '../../shared/problem';
import { type OutboxEvent, type OutboxState, type Pending, nextToSend, reduceOutbox } from '../model/outbox';
import type { Posted } from '../model/types';
import type { Api } from './api';
import { type StoredPending, dropOutbox, isKept, saveOutbox } from './outbox-store';
import { NoSession } from './session';
import type { Store } from './storage';

export interface SenderOptions {
  outbox: Signal<OutboxState>;
  api: Pick<Api, 'post'>;
  store: Store;
  /** The conversation to write into; undefined begins one, or goes on with the open one. */
  conversationId: () => string | undefined;
  onPosted: (posted: Posted) => void;
  now?: () => number;
  random?: () => number;
}

const BACKOFF = { baseMs: 2_000, capMs: 30_000 };
/** The conversation is no place to write into any more; without its name the gateway finds or begins the right one. */
const ELSEWHERE = new Set(['CONVERSATION_CLOSED', 'ANOTHER_CONVERSATION_OPEN', 'NOT_FOUND']);

export class Sender {
  readonly #options: SenderOptions;
  readonly #now: () => number;
  /** What the storage took: only of that can be said that it is gone. */
  readonly #kept = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  dispatch(event: OutboxEvent): void {
    const { outbox } = this.#options;
    outbox.value = reduceOutbox(outbox.value, event);
    if (event.type === 'written') this.#keep(event);
    if (event.type === 'restored') for (const { id } of event.items) this.#kept.add(id);
    if (event.type === 'acknowledged' || event.type === 'discarded') this.#drop(event.id);
    this.#pump();
  }

  /** Another tab had some of it acknowledged. */
  forgetWhatIsGone(): void {
    for (const item of this.#options.outbox.value.items) {
      const gone = this.#kept.has(item.id) && !isKept(this.#options.store, item.id);
      if (item.state === 'queued' && gone) this.dispatch({ type: 'acknowledged', id: item.id });
    }
  }

  #keep(item: StoredPending): void {
    const { store } = this.#options;
    saveOutbox(store, item);
    // A full storage takes nothing, and does not say so.
    if (isKept(store, item.id)) this.#kept.add(item.id);
  }

  #drop(id: string): void {
    this.#kept.delete(id);
    dropOutbox(this.#options.store, id);
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const { outbox } = this.#options;
    const next = nextToSend(outbox.value, this.#now());
    if (next !== null) {
      void this.#send(next);
      return;
    }
    const wait = outbox.value.notBefore - this.#now();
    if (wait > 0 && outbox.value.items.some((item) => item.state === 'queued')) {
      this.#timer = setTimeout(() => this.#pump(), wait);
    }
  }

  async #send(item: Pending): Promise<void> {
    this.dispatch({ type: 'sending', id: item.id });
    try {
      const posted = await this.#post(item);
      // First into the thread, then out of the outbox: it is never in neither.
      this.#options.onPosted(posted);
      this.dispatch({ type: 'acknowledged', id: item.id });
    } catch (error) {
      this.dispatch(this.#eventOf(item.id, error));
    }
  }

  async #post({ id, text }: Pending): Promise<Posted> {
    const { api } = this.#options;
    const conversationId = this.#options.conversationId();
    const message = { client_message_id: id, text };
    if (conversationId === undefined) return api.post(message);
    try {
      return await api.post({ ...message, conversation_id: conversationId });
    } catch (error) {
      if (error instanceof Problem && ELSEWHERE.has(error.reason)) return api.post(message);
      throw error;
    }
  }

  #eventOf(id: string, error: unknown): OutboxEvent {
    if (error instanceof NoSession) return { type: 'refused', id, reason: 'UNAUTHENTICATED' };
    if (error instanceof Problem && !isPassing(error)) return { type: 'refused', id, reason: error.reason };
    const limited = error instanceof Problem && error.status === 429;
    const asked = error instanceof Problem ? error.retryAfter : null;
    const random = this.#options.random ?? Math.random;
    const wait = asked === null ? delayOf(BACKOFF, this.#options.outbox.value.attempt, random) : asked * 1000;
    return { type: 'failed', id, notBefore: this.#now() + Math.max(wait, limited ? 1000 : 250), limited };
  }
}
