// Tells the others that one looks at a conversation or writes in it, for as long as it is so. Must not know the composer's text.

import { effect } from '@preact/signals';
import { reportActivity } from '../api/conversations';
import { draft, kind } from '../state/compose';

/** What is not repeated for 6 s is over. */
const VIEWING_MS = 5_000;
const TYPING_MS = 3_000;

export function beActive(id: string): () => void {
  let typedAt = 0;
  const tell = (what: 'typing' | 'viewing' | 'idle'): void => {
    // Seen now or never: one that is lost is followed by the next.
    if (!document.hidden || what === 'idle') void reportActivity(id, what).catch(() => undefined);
  };
  const timer = setInterval(() => (Date.now() - typedAt < VIEWING_MS ? undefined : tell('viewing')), VIEWING_MS);
  let before = draft.peek();
  const stop = effect(() => {
    const text = draft.value;
    const replying = kind.value === 'reply';
    const typed = text !== before && text !== '' && replying;
    before = text;
    if (!typed || Date.now() - typedAt < TYPING_MS) return;
    typedAt = Date.now();
    tell('typing');
  });
  tell('viewing');
  return () => {
    clearInterval(timer);
    stop();
    tell('idle');
  };
}
