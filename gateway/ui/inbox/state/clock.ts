// The time that ages on the screen are told by. Moves every 20 s while the page is seen. Must not know what is told.

import { signal } from '@preact/signals';

export const now = signal(Date.now());

const tick = (): void => {
  if (!document.hidden) now.value = Date.now();
};

export function startClock(): void {
  setInterval(tick, 20_000);
  document.addEventListener('visibilitychange', tick);
}
