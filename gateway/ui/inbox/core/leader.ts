// Which tab holds the stream. Tabs of one member ask for one lock; who has it reads the stream and tells the others, and the browser
// passes the lock on when that tab goes. Without locks or channels each tab reads for itself. Must not know what a stream carries.


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
  /** Reads the stream until `signal` is aborted, beginning after `lastId`; every item goes to `tell`. */
  read: (lastId: string | null, tell: (item: T, id: string | null) => void, signal: AbortSignal) => Promise<void>;
  /** An item, whoever read it. */
  hear: (item: T) => void;
  isItem: (value: unknown) => value is T;
  /** What a tab that comes later is told of how things stand. */
  greeting: () => T | null;
}

const HELLO = 'hello';

interface Told<T> {
  item: T;
  id: string | null;
}

/** Takes part until the signal is aborted. `lastId` is where a list that was loaded says that the stream goes on. */
export function takePart<T>(lead: Lead<T>, lastId: string | null, signal: AbortSignal): { leading: () => boolean } {
  let place = lastId;
  let leading = false;
  const { channel } = lead;
  if (channel) {
    channel.listen((message) => {
      if (leading && message === HELLO) return greet(channel, lead, place);
      if (leading || !isTold(message, lead.isItem)) return;
      place = message.id ?? place;
      lead.hear(message.item);
    });
    signal.addEventListener('abort', () => channel.close());
    channel.tell(HELLO);
  }
  const tell = (item: T, id: string | null): void => {
    // The stream's own farewell: there is nobody here any more.
    if (signal.aborted) return;
    place = id ?? place;
    channel?.tell({ item, id } satisfies Told<T>);
    lead.hear(item);
  };
  const run = async (): Promise<void> => {
    leading = true;
    await lead.read(place, tell, signal);
  };
  const held = lead.locks && channel ? lead.locks.request(lead.name, { signal }, run) : run();
  // The wait for the lock ends with an AbortError when the tab goes; there is nobody left to tell.
  held.catch(() => undefined);
  return { leading: () => leading };
}

function greet<T>(channel: Channel, lead: Lead<T>, id: string | null): void {
  const item = lead.greeting();
  if (item !== null) channel.tell({ item, id } satisfies Told<T>);
}

function isTold<T>(value: unknown, isItem: (value: unknown) => value is T): value is Told<T> {
  return typeof value === 'object' && value !== null && 'item' in value && isItem(value.item) && 'id' in value
    && (value.id === null || typeof value.id === 'string');
}
