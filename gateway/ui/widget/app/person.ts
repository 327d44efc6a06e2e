// The visitor's way to a person and back: asking, leaving a message or an address, withdrawing. Must not know buttons.

import type { Signal } from '@preact/signals';
import { newId } from '../../shared/ids';
import { Problem } from '../../shared/problem';
import type { Conversation } from '../model/types';
import type { Api } from './api';

/** What went wrong, as the key of a text. */
export type Trouble = 'trouble.email' | 'trouble.limited' | 'trouble.network' | 'trouble.other';

export interface PersonOptions {
  api: Pick<Api, 'requestPerson' | 'withdraw' | 'leaveEmail'>;
  conversationId: () => string | undefined;
  isOver: () => boolean;
  /** Writes a message under this id, or takes up the one that has it, and settles when it is with the gateway; false if it was refused. */
  write: (id: string, text: string) => Promise<boolean>;
  /** Takes a refused message back. */
  discard: (id: string) => void;
  /** The message that was left is in the outbox, and no draft any more. */
  onWritten: () => void;
  onConversation: (conversation: Conversation) => void;
  onEmailLeft: () => void;
  busy: Signal<boolean>;
  trouble: Signal<Trouble | null>;
  /** The form that leaves a message is open. */
  leaving: Signal<boolean>;
}

export class PersonDesk {
  readonly #options: PersonOptions;
  /** The message of a request that has not gone through: it is not written a second time because its address was wrong. */
  #left: { id: string; text: string; over: boolean; sent: boolean } | null = null;

  constructor(options: PersonOptions) {
    this.#options = options;
    // Who leaves a message after having closed the form means another one, whatever its words.
    options.leaving.subscribe(() => this.#forgetSent());
  }

  /** Asks for a person. Where there is no conversation, or one that is over, the wish itself begins or re-opens it. */
  ask(wish: string): Promise<boolean> {
    return this.#during(async () => {
      const id = await this.#conversation(wish);
      if (id !== null) await this.#request(id);
    });
  }

  /** Leaves a message for people, who answer by e-mail. */
  leaveMessage(text: string, email: string): Promise<boolean> {
    return this.#during(async () => {
      await this.#leave(text);
      const id = this.#options.conversationId();
      if (id === undefined) throw new NotWritten();
      await this.#request(id, email);
      this.#left = null;
      this.#options.onEmailLeft();
      this.#options.leaving.value = false;
    });
  }

  leaveEmail(email: string): Promise<boolean> {
    return this.#during(async () => {
      await this.#options.api.leaveEmail(email);
      this.#options.onEmailLeft();
    });
  }

  /** Back to the assistant. */
  withdraw(): Promise<boolean> {
    return this.#during(async () => {
      const id = this.#options.conversationId();
      if (id === undefined) return;
      const { conversation } = await this.#options.api.withdraw(id);
      this.#options.onConversation(conversation);
    });
  }

  async #leave(text: string): Promise<void> {
    if (text === '') return;
    const over = this.#options.isOver();
    // The conversation has ended since: said anew, it goes on. One that the message itself opens again may count as over for a moment.
    if (over && this.#left?.over === false) this.#forgetSent();
    let left = this.#left;
    if (left?.text !== text) {
      if (left?.sent === false) this.#options.discard(left.id);
      this.#left = left = { id: newId(), text, over, sent: false };
    }
    const sent = left.sent || this.#options.write(left.id, text);
    // Also the second time: the visitor may have changed it and changed it back, which made it a draft again.
    this.#options.onWritten();
    left.sent = await sent;
    if (!left.sent) throw new NotWritten();
  }

  /** A refused one is kept hold of: it stands in the outbox. */
  #forgetSent(): void {
    if (this.#left?.sent) this.#left = null;
  }

  async #conversation(wish: string): Promise<string | null> {
    const id = this.#options.conversationId();
    if (id !== undefined && !this.#options.isOver()) return id;
    return (await this.#options.write(newId(), wish)) ? (this.#options.conversationId() ?? null) : null;
  }

  async #request(id: string, email?: string): Promise<void> {
    try {
      const { conversation } = await this.#options.api.requestPerson(id, email);
      this.#options.onConversation(conversation);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // The assistant hands nothing over: a message can be left instead.
      if (error.reason === 'EMAIL_REQUIRED') this.#options.leaving.value = true;
      // Somebody is there already, which the stream says too.
      else if (error.reason !== 'HUMAN_IN_CONTROL') throw error;
    }
  }

  /** One at a time; gives whether it went well. */
  async #during(work: () => Promise<void>): Promise<boolean> {
    const { busy, trouble } = this.#options;
    if (busy.value) return false;
    busy.value = true;
    trouble.value = null;
    try {
      await work();
      return true;
    } catch (error) {
      // Withdrawing what is withdrawn already is what was wanted.
      if (error instanceof Problem && error.reason === 'NO_OPEN_HANDOFF') return true;
      trouble.value = troubleOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
}

class NotWritten extends Error {}

function troubleOf(error: unknown): Trouble {
  if (error instanceof NotWritten) return 'trouble.other';
  if (!(error instanceof Problem)) return 'trouble.network';
  if (error.fields.has('email')) return 'trouble.email';
  return error.status === 429 ? 'trouble.limited' : 'trouble.other';
}
