// Whether the gateway can be reached, as the visitor would say it: not for every short break, but soon enough to know why nothing comes.
// Must not know what is shown of it.

import { type ReadonlySignal, computed, effect, signal } from '@preact/signals';
import type { StreamState } from '../../shared/sse';

/** `offline`: the browser has no network. `lost`: it believes it has one, and still nobody has answered for a while. */
export type Reach = 'ok' | 'offline' | 'lost';

export interface ReachOptions {
  online: ReadonlySignal<boolean>;
  connection: ReadonlySignal<StreamState>;
  now: ReadonlySignal<number>;
}

/** Longer than a thread that is asked for again and again leaves between two answers. */
export const LOST_AFTER_MS = 8_000;

export function followReach({ online, connection, now }: ReachOptions): { reach: ReadonlySignal<Reach>; reached: () => void } {
  const reachedAt = signal(Date.now());
  const reached = (): void => void (reachedAt.value = Date.now());
  let was = connection.peek();
  effect(() => {
    // The patience begins when a live connection breaks, or one that was let go is taken up.
    if (was === 'live' || was === 'closed') reached();
    was = connection.value;
  });
  const reach = computed((): Reach => {
    if (!online.value) return 'offline';
    const well = connection.value === 'live' || connection.value === 'closed';
    return well || now.value - reachedAt.value <= LOST_AFTER_MS ? 'ok' : 'lost';
  });
  return { reach, reached };
}
