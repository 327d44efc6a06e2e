// Who writes or looks at a conversation now. What is not repeated for 6 s is over. Pure: time is given.
// Must not know where it is shown.

import type { Activity } from '../api/types';

export interface Present {
  /** `visitor`, `member` or `assistant`. */
  who: string;
  id: string;
  doing: 'typing' | 'viewing';
  until: number;
}

const LASTS_MS = 6_000;

export function withActivity(present: readonly Present[], activity: Activity, now: number): Present[] {
  const actor = activity.presence?.actor;
  const alive = expired(present, now);
  if (!actor || !activity.presence) return alive;
  const id = actor.id ?? actor.kind;
  const others = alive.filter((other) => other.id !== id || other.who !== actor.kind);
  const doing = activity.presence.kind;
  if (doing !== 'typing' && doing !== 'viewing') return others;
  return [...others, { who: actor.kind, id, doing, until: now + LASTS_MS }];
}

export function expired(present: readonly Present[], now: number): Present[] {
  return present.filter((one) => one.until > now);
}

/** Whoever spoke has stopped writing. */
export function without(present: readonly Present[], id: string): Present[] {
  return present.filter((one) => one.id !== id);
}
