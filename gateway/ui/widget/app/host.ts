// The iframe's side of the talk with the site's page. It speaks only to a parent whose origin it was told by the gateway, and only after
// that parent has spoken. Must not know the thread.

import { type Told, envelope, hear } from '../protocol';

export interface Host {
  /** Nobody around us: the resume page, or the document opened by itself. */
  readonly alone: boolean;
  tell(told: Told): void;
}

export interface HostOptions {
  window: Window;
  origins: readonly string[];
  onTold: (told: Told) => void;
}

export function joinHost({ window, origins, onTold }: HostOptions): Host {
  const { parent } = window;
  if (parent === window) return { alone: true, tell: () => undefined };
  let origin: string | null = null;
  window.addEventListener('message', (event) => {
    const told = hear(event, parent, origins);
    if (told === null) return;
    origin = event.origin;
    onTold(told);
  });
  return {
    alone: false,
    tell(told) {
      if (origin !== null) parent.postMessage(envelope(told), origin);
    },
  };
}
