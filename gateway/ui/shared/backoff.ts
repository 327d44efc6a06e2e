// How long to wait before trying again: exponential with full jitter, so that a restarted gateway is not met by everyone at once.

export interface Backoff {
  /** The longest wait of the first attempt. */
  baseMs: number;
  capMs: number;
}

/** `attempt` counts from 0. `random` gives [0, 1). */
export function delayOf({ baseMs, capMs }: Backoff, attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}
