// What the visitor wrote and the gateway has not acknowledged: in order, each under its own id, which makes sending again harmless. Pure.
// Must not know the network or the storage.

export interface Pending {
  /** The `client_message_id`. */
  id: string;
  text: string;
  /** When it was written; orders what several tabs wrote. */
  at: number;
  state: 'queued' | 'sending' | 'refused';
  /** Why it was refused: the API's reason. */
  reason: string | null;
}

export interface OutboxState {
  items: readonly Pending[];
  /** Nothing is sent before this, in the caller's milliseconds: the gateway asked for patience, or the network is away. */
  notBefore: number;
  /** Whether the wait is one to tell about, with a countdown. */
  limited: boolean;
  attempt: number;
}

export type OutboxEvent =
  | { type: 'restored'; items: readonly Pick<Pending, 'id' | 'text' | 'at'>[] }
  | { type: 'written'; id: string; text: string; at: number }
  | { type: 'sending'; id: string }
  | { type: 'acknowledged'; id: string }
  | { type: 'refused'; id: string; reason: string }
  | { type: 'failed'; id: string; notBefore: number; limited: boolean }
  | { type: 'retried'; id: string }
  | { type: 'discarded'; id: string }
  | { type: 'hurried' };

export const emptyOutbox: OutboxState = { items: [], notBefore: 0, limited: false, attempt: 0 };

export function reduceOutbox(state: OutboxState, event: OutboxEvent): OutboxState {
  switch (event.type) {
    case 'restored':
      return { ...state, items: restore(state.items, event.items) };
    case 'written':
      return { ...state, items: [...state.items, { id: event.id, text: event.text, at: event.at, state: 'queued', reason: null }] };
    case 'sending':
      return change(state, event.id, { state: 'sending' });
    case 'acknowledged':
      return { items: without(state.items, event.id), notBefore: 0, limited: false, attempt: 0 };
    case 'refused':
      return change(state, event.id, { state: 'refused', reason: event.reason });
    case 'failed':
      return { ...change(state, event.id, { state: 'queued' }), notBefore: event.notBefore, limited: event.limited, attempt: state.attempt + 1 };
    case 'retried':
      return { ...change(state, event.id, { state: 'queued', reason: null }), attempt: 0 };
    case 'discarded':
      return { ...state, items: without(state.items, event.id) };
    case 'hurried':
      // The network is back. A wait that the gateway asked for stays one.
      return state.limited ? state : { ...state, notBefore: 0, attempt: 0 };
  }
}

/** What is to be sent now; null while one is under way, so that order is kept. A refused one holds up nobody. */
export function nextToSend(state: OutboxState, now: number): Pending | null {
  if (now < state.notBefore || state.items.some((item) => item.state === 'sending')) return null;
  return state.items.find((item) => item.state === 'queued') ?? null;
}

/** Whole seconds until it goes on by itself, for the countdown; 0 if there is nothing to tell. */
export function secondsToWait(state: OutboxState, now: number): number {
  if (!state.limited || !state.items.some((item) => item.state === 'queued')) return 0;
  return Math.max(0, Math.ceil((state.notBefore - now) / 1000));
}

function restore(items: readonly Pending[], stored: readonly Pick<Pending, 'id' | 'text' | 'at'>[]): readonly Pending[] {
  const known = new Set(items.map((item) => item.id));
  const added = stored.filter((item) => !known.has(item.id)).map((item): Pending => ({ ...item, state: 'queued', reason: null }));
  return [...items, ...added].sort((a, b) => a.at - b.at);
}

function change(state: OutboxState, id: string, to: { state: Pending['state']; reason?: string | null }): OutboxState {
  return { ...state, items: state.items.map((item) => (item.id === id ? { ...item, ...to } : item)) };
}

function without(items: readonly Pending[], id: string): readonly Pending[] {
  return items.filter((item) => item.id !== id);
}
