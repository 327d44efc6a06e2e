// Tells the gateway that the visitor writes: again every 3 s while it lasts, and once when it is over. Must not know what is written.

import type { Api } from './api';

export interface TypingOptions {
  api: Pick<Api, 'activity'>;
  conversationId: () => string | undefined;
  now?: () => number;
}

const REPEAT_MS = 3_000;
const IDLE_MS = 5_000;

export class TypingReporter {
  readonly #options: TypingOptions;
  readonly #now: () => number;
  #saidAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TypingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** A key was pressed. */
  typed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stopped(), IDLE_MS);
    if (this.#saidAt !== null && this.#now() - this.#saidAt < REPEAT_MS) return;
    this.#saidAt = this.#now();
    this.#say('typing');
  }

  /** Sent, cleared, or thinking. */
  stopped(): void {
    clearTimeout(this.#timer);
    if (this.#saidAt === null) return;
    this.#saidAt = null;
    this.#say('idle');
  }

  #say(activity: 'typing' | 'idle'): void {
    const id = this.#options.conversationId();
    // Seen now or never: a failure is no loss.
    if (id !== undefined) void this.#options.api.activity(id, activity).catch(() => undefined);
  }
}
