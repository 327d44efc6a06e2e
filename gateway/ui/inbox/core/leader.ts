// Which tab holds the stream. Tabs of one member ask for one lock; who has it reads the stream and tells the others, and the browser
// passes the lock on when that tab goes. Nothing falls between a tab's own lists and what it is told: it listens before it loads, and it is
// told where each leader begins. Without locks or channels each tab reads for itself. Must not know what a stream carries.

/** What tabs say to each other; one does not hear oneself. */
export interface Channel {
  tell(message: unknown): void;
  listen(hear: (message: unknown) => void): void;
  close(): void;
}

/** What of `LockManager` is used. */
export interface Locks {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown>;
}

export interface Lead<T> {
  locks: Locks | null;
  channel: Channel | null;
  name: string;
  /** Loads the lists, and gives where the stream goes on behind them. */
  load: () => Promise<string | null>;
  /** Reads the stream until `signal` is aborted, beginning after `lastId`; every item goes to `tell`. */
  read: (lastId: string | null, tell: (item: T, id: string | null) => void, signal: AbortSignal) => Promise<void>;
  /** An item, whoever read it. */
  hear: (item: T) => void;
  isItem: (value: unknown) => value is T;
  /** What a tab that comes later is told of how things stand. */
  greeting: () => T | null;
  /** Heard when something may have been missed: what is held is to be loaded again. */
  missed: T;
}

const HELLO = 'hello';

interface Told<T> {
  item: T;
  id: string | null;
}

/** From here on a leader reads. Whoever stands elsewhere lacks what is between the two places, or has it twice. */
interface Began {
  began: string | null;
}

/** Takes part until the signal is aborted. */
export function takePart<T>(lead: Lead<T>, signal: AbortSignal): { leading: () => boolean } {
  const part = new Part(lead, signal);
  part.join();
  void lead.load().then((place) => part.begin(place));
  return { leading: () => part.leading };
}

class Part<T> {
  leading = false;
  readonly #lead: Lead<T>;
  readonly #signal: AbortSignal;
  /** Where this tab stands: everything up to here it has loaded or heard. */
  #place: string | null = null;
  /** What is heard while the lists are loading waits for them: they may be older. */
  #early: unknown[] | null = [];

  constructor(lead: Lead<T>, signal: AbortSignal) {
    this.#lead = lead;
    this.#signal = signal;
  }

  join(): void {
    const { channel } = this.#lead;
    channel?.listen((message) => this.#hear(message));
    this.#signal.addEventListener('abort', () => channel?.close());
    channel?.tell(HELLO);
  }

  /** The lists are there. */
  begin(place: string | null): void {
    if (this.#signal.aborted) return;
    this.#place = place;
    const early = this.#early ?? [];
    this.#early = null;
    for (const message of early) this.#take(message);
    const { locks, channel, name } = this.#lead;
    const read = (): Promise<void> => this.#read();
    const held = locks && channel ? locks.request(name, { signal: this.#signal }, read) : read();
    // The wait for the lock ends with an AbortError when the tab goes; there is nobody left to tell.
    held.catch(() => undefined);
  }

  #hear(message: unknown): void {
    if (this.leading) return message === HELLO ? this.#greet() : undefined;
    if (this.#early) this.#early.push(message);
    else this.#take(message);
  }

  #take(message: unknown): void {
    const { isItem, hear, missed } = this.#lead;
    if (isTold(message, isItem)) {
      this.#place = message.id ?? this.#place;
      hear(message.item);
    } else if (isBegan(message) && message.began !== this.#place) {
      this.#place = message.began ?? this.#place;
      hear(missed);
    }
  }

  #read(): Promise<void> {
    this.leading = true;
    this.#lead.channel?.tell({ began: this.#place } satisfies Began);
    return this.#lead.read(this.#place, (item, id) => this.#tell(item, id), this.#signal);
  }

  #tell(item: T, id: string | null): void {
    // The stream's own farewell: there is nobody here any more.
    if (this.#signal.aborted) return;
    this.#place = id ?? this.#place;
    this.#lead.channel?.tell({ item, id } satisfies Told<T>);
    this.#lead.hear(item);
  }

  #greet(): void {
    const item = this.#lead.greeting();
    if (item !== null) this.#lead.channel?.tell({ item, id: this.#place } satisfies Told<T>);
  }
}

function isTold<T>(value: unknown, isItem: (value: unknown) => value is T): value is Told<T> {
  return typeof value === 'object' && value !== null && 'item' in value && isItem(value.item) && 'id' in value
    && isPlace(value.id);
}

const isBegan = (value: unknown): value is Began =>
  typeof value === 'object' && value !== null && 'began' in value && isPlace(value.began);

const isPlace = (value: unknown): value is string | null => value === null || typeof value === 'string';
