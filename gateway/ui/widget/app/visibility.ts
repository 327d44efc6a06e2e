// Whether the visitor looks: the frame is open and the tab in front. Lets the connection go when the tab is long out of sight. Must not know
// what there is to see.

import { type ReadonlySignal, effect, signal } from '@preact/signals';
import type { Chat } from './chat';

/** Browsers give a site six connections over HTTP/1, and tabs are forgotten by the dozen. */
const REST_AFTER_MS = 60_000;

export function followVisibility(chat: Pick<Chat, 'looking' | 'rest'>, shown: ReadonlySignal<boolean>): void {
  const inFront = signal(document.visibilityState === 'visible');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let resting = false;
  document.addEventListener('visibilitychange', () => {
    inFront.value = document.visibilityState === 'visible';
    clearTimeout(timer);
    if (!inFront.value) {
      timer = setTimeout(() => chat.rest((resting = true)), REST_AFTER_MS);
    } else if (resting) {
      chat.rest((resting = false));
    }
  });
  effect(() => {
    chat.looking.value = shown.value && inFront.value;
  });
}
