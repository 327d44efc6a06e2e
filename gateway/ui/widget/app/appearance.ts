// Whether the visitor sees the frame and how they came to it, as the site's page tells it, and what that page is told in return. Must not know
// the thread, nor elements.

import { type ReadonlySignal, type Signal, effect, signal } from '@preact/signals';
import { type Host, joinHost } from './host';

export interface Appearance {
  host: Host;
  shown: ReadonlySignal<boolean>;
  /** Rises whenever the visitor opens the frame by hand: writing is next. */
  focused: Signal<number>;
  /** The frame is drawn, with a way to close it. */
  drawn(): void;
}

export interface AppearanceOptions {
  window: Window;
  origins: readonly string[];
  /** The whole page is ours. */
  page: boolean;
  unread: ReadonlySignal<number>;
  /** The keyboard comes in from outside. */
  onEnter: (at: 'first' | 'last') => void;
}

export function appear({ window, origins, page, unread, onEnter }: AppearanceOptions): Appearance {
  const shown = signal(page);
  const focused = signal(0);
  const stands = { heard: false, drawn: false, said: false };
  /** Not before both: only who has spoken is answered, and until then the page keeps its own button in sight. */
  function greet(): void {
    if (!stands.heard || !stands.drawn || stands.said) return;
    stands.said = true;
    host.tell({ type: 'ready' });
  }
  const host = joinHost({
    window,
    origins,
    onTold(told) {
      if (told.type === 'open' && told.byHand) focused.value += 1;
      if (told.type === 'open' || told.type === 'close') shown.value = told.type === 'open';
      if (told.type === 'enter') onEnter(told.at);
      stands.heard = true;
      greet();
      host.tell({ type: 'unread', count: unread.value });
    },
  });
  if (host.alone) shown.value = true;
  effect(() => host.tell({ type: 'unread', count: unread.value }));
  return { host, shown, focused, drawn: () => ((stands.drawn = true), greet()) };
}
