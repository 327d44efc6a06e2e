// Where in the inbox the member is: a signal over the browser's history. Must not know any page.

import { computed, signal } from '@preact/signals';
import type { View } from '../core/list';
import { formatRoute, parseRoute, type Route } from '../core/route';

export const route = signal<Route>(parseRoute(location.pathname, location.search));

/** The last view of the list, kept while somebody is in the settings. */
const lastView = signal<View>({ kind: 'needs_intervention' });

export const view = computed<View>(() => (route.value.page === 'inbox' ? route.value.view : lastView.value));
export const openId = computed<string | null>(() => (route.value.page === 'inbox' ? route.value.conversation : null));

export function go(to: Route, how: 'push' | 'replace' = 'push'): void {
  const address = formatRoute(to);
  if (address !== location.pathname + location.search) {
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }
  arrive(to);
}

function arrive(to: Route): void {
  if (to.page === 'inbox') lastView.value = to.view;
  route.value = to;
}

export const showView = (to: View): void => go({ page: 'inbox', view: to, conversation: null });
export const openConversation = (id: string | null): void => go({ page: 'inbox', view: view.value, conversation: id });

/** Makes a real link work without loading the page again; modified clicks stay the browser's. */
export function follow(to: Route): { href: string; onClick: (event: MouseEvent) => void } {
  return {
    href: formatRoute(to),
    onClick: (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(to);
    },
  };
}

export function startRouter(): void {
  arrive(route.value);
  addEventListener('popstate', () => arrive(parseRoute(location.pathname, location.search)));
}
