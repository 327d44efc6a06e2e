// Whether there is a network, as far as the browser can tell, and waiting for it. Must not know who waits.

import { signal } from '@preact/signals';
import { browserNetwork } from '../../shared/network';

export const online = signal(browserNetwork.online());
browserNetwork.follow((is) => (online.value = is));

export function untilOnline(): Promise<void> {
  if (browserNetwork.online()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = browserNetwork.follow((is) => {
      if (!is) return;
      stop();
      resolve();
    });
  });
}
