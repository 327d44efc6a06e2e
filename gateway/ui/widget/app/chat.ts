// Everything the widget is apart from its looks: the state as signals, and what can be done. Joins network, storage and host; holds no rules
// of its own.

import { type ReadonlySignal, type Signal, batch, computed, effect, signal } from '@preact/signals';
import { createClient } from '../../shared/http';
import { newId } from '../../shared/ids';
import { type Network, browserNetwork } from '../../shared/network';
import type { StreamState } from '../../shared/sse';
import { type OutboxState, emptyOutbox } from '../model/outbox';
import { type ThreadState, emptyThread } from '../model/thread';
import type { Posted, Session } from '../model/types';
import { type Api, createApi, openSession } from './api';
import { Live } from './live';
import { loadOutbox } from './outbox-store';
import { PersonDesk, type Trouble } from './person';
import { type Reach, followReach } from './reach';
import { type Reading, followReading, loadMark, unreadSignal } from './reading';
import { Sender } from './sender';
import { NoSession, type Proof, SessionKeeper, tabLock } from './session';
import type { Store } from './storage';
import { TypingReporter } from './typing';

export type Fault = 'no_session' | 'broken';

export interface ChatOptions {
  beginning: Proof | null;
  /** Renewal secret, outbox, read mark. */
  store: Store;
  /** Drafts: this tab's alone. */
  drafts: Store;
  /** For the lock between tabs. */
  name: string;
  network?: Network;
}

const DRAFT = 'draft';

export class Chat {
  readonly thread: Signal<ThreadState> = signal(emptyThread);
  readonly outbox: Signal<OutboxState> = signal(emptyOutbox);
  readonly session: Signal<Session | null> = signal(null);
  readonly connection: Signal<StreamState> = signal('connecting');
  readonly loaded = signal(false);
  readonly online: Signal<boolean>;
  readonly fault: Signal<Fault | null> = signal(null);
  /** Whether the visitor sees the thread. */
  readonly looking = signal(false);
  readonly busy = signal(false);
  readonly trouble: Signal<Trouble | null> = signal(null);
  readonly leaving = signal(false);
  /** An address was left since the page was opened. */
  readonly emailLeft = signal(false);
  readonly now = signal(Date.now());
  readonly reach: ReadonlySignal<Reach>;
  readonly unread: ReadonlySignal<number>;
  readonly handsOver: ReadonlySignal<boolean> = computed(() => this.session.value?.handoff_enabled !== false);
  /** An address that was typed and not left; it ends with the page. */
  address = '';
  readonly person: PersonDesk;
  readonly typing: TypingReporter;

  readonly #options: ChatOptions;
  readonly #api: Api;
  readonly #live: Live;
  readonly #sender: Sender;
  readonly #reading: Reading;

  constructor(options: ChatOptions) {
    this.#options = options;
    const network = options.network ?? browserNetwork;
    this.online = signal(network.online());
    const call = createClient();
    const keeper = new SessionKeeper({
      open: openSession(call),
      secrets: options.store,
      beginning: options.beginning,
      exclusively: tabLock(options.name),
      onSession: (session) => (this.session.value = session),
    });
    this.#api = createApi(call, keeper);
    const { thread, outbox, connection, loaded } = this;
    const onFault = (error: unknown): void => this.#failed(error);
    const { reach, reached } = followReach(this);
    this.reach = reach;
    const onLoaded = (): void => {
      reached();
      this.#reading.again();
    };
    this.#live = new Live({ thread, connection, loaded, api: this.#api, keeper, onFault, onLoaded });
    const conversationId = (): string | undefined => this.#conversationId();
    this.#sender = new Sender({ outbox, api: this.#api, store: options.store, conversationId, onPosted: (posted) => this.#posted(posted) });
    this.typing = new TypingReporter({ api: this.#api, conversationId });
    this.person = this.#desk();
    const mark = signal(loadMark(options.store));
    this.unread = unreadSignal({ thread, mark, looking: this.looking });
    this.#reading = followReading({ thread, looking: this.looking, mark, api: this.#api, store: options.store });
    this.#follow(network);
  }

  /** Opens the session and follows the thread. */
  async start(): Promise<void> {
    await this.#live.start();
    this.#sender.dispatch({ type: 'restored', items: loadOutbox(this.#options.store, Date.now()) });
  }

  /** Writes a message; it is kept until the gateway has it. */
  write(text: string): void {
    this.typing.stopped();
    this.#sender.dispatch({ type: 'written', id: newId(), text, at: Date.now() });
  }

  retry(id: string): void {
    this.#sender.dispatch({ type: 'retried', id });
  }

  discard(id: string): void {
    this.#sender.dispatch({ type: 'discarded', id });
  }

  /** After a fault, from the beginning. */
  again(): void {
    this.fault.value = null;
    void this.start();
  }

  /** The document became visible or hidden for long. */
  rest(resting: boolean): void {
    if (resting) this.#live.pause();
    else this.#wake();
  }

  get draft(): string {
    return this.#options.drafts.get(DRAFT) ?? '';
  }

  set draft(text: string) {
    if (text === '') this.#options.drafts.remove(DRAFT);
    else this.#options.drafts.set(DRAFT, text);
  }

  #wake(): void {
    // From a fault there is one way on, and the visitor takes it.
    if (this.fault.peek() !== null) return;
    this.#live.wake();
    this.#reading.again();
  }

  #failed(error: unknown): void {
    // For whoever sets the widget up and looks for the reason: there is no other place to tell it.
    console.error('Baton:', error);
    this.fault.value = error instanceof NoSession ? 'no_session' : 'broken';
  }

  #conversationId(): string | undefined {
    return this.thread.value.conversation?.id ?? this.session.value?.conversation_id ?? undefined;
  }

  #desk(): PersonDesk {
    return new PersonDesk({
      api: this.#api,
      conversationId: () => this.#conversationId(),
      isOver: () => this.thread.value.conversation?.resolved === true,
      write: (id, text) => this.#writeThrough(id, text),
      discard: (id) => this.discard(id),
      onWritten: () => (this.draft = ''),
      onConversation: (conversation) => this.#live.dispatch({ type: 'conversation', conversation }),
      onEmailLeft: () => (this.emailLeft.value = true),
      busy: this.busy,
      trouble: this.trouble,
      leaving: this.leaving,
    });
  }

  /** Settles when this message is with the gateway; false if it was refused. */
  #writeThrough(id: string, text: string): Promise<boolean> {
    const there = this.outbox.peek().items.find((item) => item.id === id);
    if (there === undefined) this.#sender.dispatch({ type: 'written', id, text, at: Date.now() });
    else if (there.state === 'refused') this.retry(id);
    return new Promise((resolve) => {
      const stop = effect(() => {
        const item = this.outbox.value.items.find((one) => one.id === id);
        if (item !== undefined && item.state !== 'refused') return;
        queueMicrotask(() => {
          stop();
          resolve(item === undefined);
        });
      });
    });
  }

  #posted({ message, conversation, conversation_id }: Posted): void {
    batch(() => {
      if (conversation) this.#live.dispatch({ type: 'conversation', conversation });
      if (this.thread.value.conversation?.id === conversation_id) this.#live.dispatch({ type: 'message', message });
      else this.#live.reload();
    });
  }

  #follow(network: Network): void {
    network.follow((online) => {
      this.online.value = online;
      if (!online) return;
      this.#sender.dispatch({ type: 'hurried' });
      this.#wake();
    });
    effect(() => this.#acknowledge(this.thread.value));
    // Without a key everything was cleared away, which acknowledges nothing.
    addEventListener('storage', ({ key }) => key !== null && this.#sender.forgetWhatIsGone());
    setInterval(() => {
      this.now.value = Date.now();
      this.#live.tick(this.now.value);
    }, 1000);
  }

  /** What stands in the thread needs not be sent again, whoever brought the news. */
  #acknowledge({ messages }: ThreadState): void {
    const stored = new Set(messages.map((message) => message.client_message_id));
    const done = this.outbox.peek().items.filter((item) => stored.has(item.id));
    // Not within the effect: this changes what it depends on.
    for (const { id } of done) queueMicrotask(() => this.#sender.dispatch({ type: 'acknowledged', id }));
  }
}
