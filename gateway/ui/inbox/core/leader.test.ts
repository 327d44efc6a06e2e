// Leadership: one tab reads, all hear, and the next one goes on where the first one was.

import { describe, expect, it, vi } from 'vitest';
import { type Channel, type Lead, type Locks, takePart } from './leader';

/** Channels of one name in one place: what one tells, the others hear. */
class Air {
  readonly #ears = new Map<object, (message: unknown) => void>();
  channel(): Channel {
    const self = {};
    return {
      tell: (message) => this.#ears.forEach((hear, owner) => (owner === self ? undefined : hear(structuredClone(message)))),
      listen: (hear) => void this.#ears.set(self, hear),
      close: () => void this.#ears.delete(self),
    };
  }
}

/** A lock as browsers give it: to one at a time, in the order of asking. */
class OneLock implements Locks {
  #last: Promise<unknown> = Promise.resolve();
  request(_name: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown> {
    const mine = this.#last.then(() => (signal.aborted ? undefined : held()));
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

interface Tab {
  heard: string[];
  /** Its lists are there, and the stream goes on behind this place. */
  load: (place: string | null) => Promise<void>;
  begins: (string | null)[];
  say: (item: string, id: string | null) => void;
  leave: () => void;
  leading: () => boolean;
}

function tab(air: Air | null, locks: Locks | null, loadsAt: string | null = 'start'): Tab {
  const tab = joining(air, locks);
  void tab.load(loadsAt);
  return tab;
}

/** One that listens, and whose lists are not there yet. */
function joining(air: Air | null, locks: Locks | null): Tab {
  const abort = new AbortController();
  const heard: string[] = [];
  const begins: (string | null)[] = [];
  let say: Tab['say'] = () => undefined;
  let loaded: (place: string | null) => void = () => undefined;
  const lists = new Promise<string | null>((resolve) => (loaded = resolve));
  const lead: Lead<string> = {
    locks,
    channel: air?.channel() ?? null,
    name: 'x',
    load: () => lists,
    missed: 'load again',
    hear: (item) => heard.push(item),
    isItem: (value): value is string => typeof value === 'string',
    greeting: () => 'all is well',
    read: (lastId, tell, signal) => {
      begins.push(lastId);
      say = tell;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  const { leading } = takePart(lead, abort.signal);
  const load = async (place: string | null): Promise<void> => {
    loaded(place);
    await lists;
  };
  return { heard, load, begins, say: (item, id) => say(item, id), leave: () => abort.abort(), leading };
}

describe('two tabs', () => {
  it('read one stream and both hear it', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const [first, second] = [tab(air, locks), tab(air, locks)];
    await vi.waitFor(() => expect(first.leading()).toBe(true));
    first.say('news', 'id-1');
    expect([first.heard, second.heard, second.begins]).toEqual([['news'], ['news'], []]);
  });

  it('pass the stream on, and the next one begins where the last word was', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const [first, second] = [tab(air, locks), tab(air, locks)];
    await vi.waitFor(() => expect(first.leading()).toBe(true));
    first.say('news', 'id-7');
    first.say('seen now or never', null);
    first.leave();
    await vi.waitFor(() => expect(second.leading()).toBe(true));
    expect(second.begins).toEqual(['id-7']);
  });

  it('do not lead when they left before it was their turn', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const [first, second, third] = [tab(air, locks), tab(air, locks), tab(air, locks)];
    second.leave();
    await vi.waitFor(() => expect(first.leading()).toBe(true));
    first.leave();
    await vi.waitFor(() => expect(third.leading()).toBe(true));
    expect(second.leading()).toBe(false);
  });

  it('that come later hear how things stand, and where', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const first = tab(air, locks);
    await vi.waitFor(() => expect(first.leading()).toBe(true));
    first.say('news', 'id-3');
    const second = tab(air, locks, 'id-5');
    await vi.waitFor(() => expect(second.heard).toEqual(['all is well']));
    first.leave();
    await vi.waitFor(() => expect(second.begins).toEqual(['id-3']));
  });

  it('lose nothing of what is told while the lists of one of them are loading', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const first = tab(air, locks);
    await vi.waitFor(() => expect(first.leading()).toBe(true));
    const second = joining(air, locks);
    first.say('news', 'id-2');
    expect(second.heard).toEqual([]);
    await second.load('id-1');
    first.say('more news', 'id-3');
    expect(second.heard).toEqual(['all is well', 'news', 'more news']);
  });

  it('load again where the one who begins to read stands elsewhere', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const [first, second] = [joining(air, locks), joining(air, locks)];
    let free: () => void = () => undefined;
    const busy = locks.request('x', { signal: new AbortController().signal }, () => new Promise<void>((resolve) => (free = resolve)));
    await second.load('id-1');
    // Between the two places something was said, before anybody read.
    await first.load('id-3');
    expect([first.leading(), second.leading()]).toEqual([false, false]);
    second.leave();
    const third = tab(air, locks, 'id-1');
    await vi.waitFor(() => expect(first.begins.length + third.begins.length).toBe(0));
    free();
    await busy;
    await vi.waitFor(() => expect(first.begins).toEqual(['id-3']));
    expect([first.heard, third.heard]).toEqual([[], ['load again']]);
    first.leave();
    await vi.waitFor(() => expect(third.begins).toEqual(['id-3']));
  });

  it('load nothing again when the stream is passed on at the place where both of them are', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const [first, second, third] = [tab(air, locks), tab(air, locks), tab(air, locks)];
    await vi.waitFor(() => expect(first.leading()).toBe(true));
    first.say('news', 'id-1');
    first.leave();
    await vi.waitFor(() => expect(second.begins).toEqual(['id-1']));
    expect(third.heard).toEqual(['news']);
  });

  it('take no notice of what is no item', async () => {
    const [air, locks] = [new Air(), new OneLock()];
    const [first, second] = [tab(air, locks), tab(air, locks)];
    await vi.waitFor(() => expect(first.leading()).toBe(true));
    air.channel().tell({ item: 42, id: null });
    air.channel().tell('nonsense');
    expect(second.heard).toEqual([]);
  });
});

it('a tab of a browser without locks or channels reads for itself', async () => {
  const [first, second] = [tab(null, null), tab(null, new OneLock())];
  await vi.waitFor(() => expect([first.leading(), second.leading()]).toEqual([true, true]));
});

it('a tab that left says and hears nothing more', async () => {
  const [air, locks] = [new Air(), new OneLock()];
  const [first, second] = [tab(air, locks), tab(air, locks)];
  await vi.waitFor(() => expect(first.leading()).toBe(true));
  first.leave();
  first.say('farewell', 'id-9');
  expect([first.heard, second.heard]).toEqual([[], []]);
});
