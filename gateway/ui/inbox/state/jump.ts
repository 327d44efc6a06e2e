// Brings a message into sight and marks it for a moment, however far back it stands. Must not know who points at it.

import { signal } from '@preact/signals';
import { loadBackTo } from './open';
import { sayFailed } from './toasts';

/** The messages that are marked now. */
export const marked = signal<ReadonlySet<number>>(new Set());

const MARKED_MS = 2_500;
let timer: ReturnType<typeof setTimeout> | undefined;

export const anchorOf = (sequence: number): string => `message-${sequence}`;

export async function jumpTo(sequences: readonly number[]): Promise<void> {
  const first = Math.min(...sequences);
  try {
    await loadBackTo(first);
  } catch (error) {
    return sayFailed(error);
  }
  marked.value = new Set(sequences);
  clearTimeout(timer);
  timer = setTimeout(() => (marked.value = new Set()), MARKED_MS);
  requestAnimationFrame(() => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    document.getElementById(anchorOf(first))?.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
  });
}
