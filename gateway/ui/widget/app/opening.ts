// How this document was opened: as the iframe under a widget key, or as a page from a link in a mail. Must not open anything itself.

import type { Proof } from './session';
import { type Store, browserStore } from './storage';

export interface Opening {
  /** The whole page is ours: a resume link, and nobody to close it. */
  page: boolean;
  name: string;
  beginning: Proof | null;
  store: Store;
  drafts: Store;
}

export function openingOf(window: Window): Opening {
  const { location } = window;
  if (location.pathname.endsWith('/resume')) return resumed(window);
  const key = new URLSearchParams(location.search).get('key') ?? '';
  const prefix = `baton:${key}:`;
  return {
    page: false,
    name: prefix,
    beginning: key === '' ? null : { widget_key: key },
    store: browserStore(() => window.localStorage, prefix),
    drafts: browserStore(() => window.sessionStorage, prefix),
  };
}

const LINK = 'link';

/** Somebody may open the link on a computer that is not theirs, so what comes of it ends with the tab. */
function resumed(window: Window): Opening {
  const { location, history } = window;
  const store = browserStore(() => window.sessionStorage, 'baton:resume:');
  const fresh = location.hash.slice(1);
  if (fresh !== '') {
    // Out of the address, before anybody copies it.
    history.replaceState(null, '', location.pathname);
    for (const name of store.names('')) store.remove(name);
    store.set(LINK, fresh);
  }
  window.addEventListener('hashchange', () => location.reload());
  const link = store.get(LINK);
  return { page: true, name: 'baton:resume:', beginning: link === null ? null : { resume_link: link }, store, drafts: store };
}
