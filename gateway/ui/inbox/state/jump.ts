// Brings a message into sight, gives it the focus and marks it for a moment, however far back it stands. Must not know who points at it.

import { signal } from '@preact/signals';
import { loadBackTo, opened } from './open';
import { sayFailed } from './toasts';

/** The messages that are marked now. */
export const marked = signal<ReadonlySet<number>>(new Set());

const MARKED_MS = 2_500;
let timer: ReturnType<typeof setTimeout> | undefined;

export const anchorOf = (sequence: number): string => `message-${sequence}`;

export async function jumpTo(sequences: readonly number[]): Promise<void> {
  const first = Math.min(...sequences);
  const id = opened.value?.id;
  if (!id) return;
  try {
    if (!(await loadBackTo(id, first))) return opened.value?.id === id ? sayFailed('That message is not here.') : undefined;
  } catch (error) {
    return sayFailed(error);
  }
  marked.value = new Set(sequences);
  clearTimeout(timer);
  timer = setTimeout(() => (marked.value = new Set()), MARKED_MS);
  requestAnimationFrame(() => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const row = document.getElementById(anchorOf(first));
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
  });
}
