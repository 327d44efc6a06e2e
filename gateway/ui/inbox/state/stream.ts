// The one stream of a browser: whichever tab leads reads it, all hear it. Turns frames into items; must not know what they change.

import { openStream, type SseEvent, type StreamState } from '../../shared/sse';
import type { Activity, InboxEvent, Notice } from '../api/types';
import { type Channel, takePart } from '../core/leader';
import { browserLocks } from './locks';

export type Item =
  | { type: 'event'; event: InboxEvent }
  | { type: 'activity'; activity: Activity }
  | { type: 'notice'; notice: Notice }
  | { type: 'reset' }
  | { type: 'ended' }
  /** Refused for now: perhaps the member's role has changed. */
  | { type: 'refused' }
  | { type: 'state'; state: StreamState };

const TYPES: ReadonlySet<unknown> = new Set(['event', 'activity', 'notice', 'reset', 'ended', 'refused', 'state']);

export interface Following {
  leading: () => boolean;
  close: () => void;
}

export interface Ears {
  /** Loads the lists, and gives where the stream goes on behind them. */
  load: () => Promise<string | null>;
  hear: (item: Item) => void;
  /** Tells a tab that comes later how the stream stands. */
  state: () => StreamState;
}

export function followStream(memberId: string, { load, hear, state }: Ears): Following {
  const abort = new AbortController();
  const name = `baton.inbox.stream.${memberId}`;
  const greeting = (): Item => ({ type: 'state', state: state() });
  const missed: Item = { type: 'reset' };
  const lead = { name, load, hear, read, isItem, greeting, missed, locks: browserLocks(), channel: channelNamed(name) };
  const { leading } = takePart<Item>(lead, abort.signal);
  return { leading, close: () => abort.abort() };
}

function read(lastId: string | null, tell: (item: Item, id: string | null) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stream = openStream({
      url: '/v1/inbox/stream',
      ...(lastId ? { lastEventId: lastId } : {}),
      onEvent: (event) => {
        const item = itemOf(event);
        if (item) tell(item, event.lastEventId || null);
      },
      onState: (state) => tell({ type: 'state', state }, null),
      onRefused: (problem) => {
        if (problem.status === 403) tell({ type: 'refused' }, null);
        if (problem.status !== 401) return 'retry';
        tell({ type: 'ended' }, null);
        return 'stop';
      },
      onEnded: () => {
        tell({ type: 'ended' }, null);
        return 'stop';
      },
    });
    const wake = (): void => (document.hidden ? undefined : stream.wake());
    document.addEventListener('visibilitychange', wake);
    signal.addEventListener('abort', () => {
      document.removeEventListener('visibilitychange', wake);
      stream.close();
      resolve();
    });
  });
}

/** A frame of a kind that this version does not know, or that is no JSON, is passed over. */
function itemOf({ event, data }: SseEvent): Item | null {
  if (event === 'reset') return { type: 'reset' };
  if (event !== 'event' && event !== 'activity' && event !== 'notice') return null;
  try {
    const parsed: unknown = JSON.parse(data);
    const item: unknown = { type: event, [event]: parsed };
    return typeof parsed === 'object' && parsed !== null && isItem(item) ? item : null;
  } catch {
    return null;
  }
}

/** Frames come from our own gateway and messages from our own tabs, so the tag is what is looked at. */
function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && 'type' in value && TYPES.has(value.type);
}

function channelNamed(name: string): Channel | null {
  if (typeof BroadcastChannel !== 'function') return null;
  const channel = new BroadcastChannel(name);
  return {
    tell: (message) => channel.postMessage(message),
    listen: (hear) => channel.addEventListener('message', ({ data }) => hear(data)),
    close: () => channel.close(),
  };
}
