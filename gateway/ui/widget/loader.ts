// The code of the site's script tag: a launcher, and on the first open an iframe. It runs in somebody else's page, so it stores next to
// nothing, believes only its own iframe, and touches nothing but its own element. Must not know what a chat is.

import { type Launcher, drawLauncher } from './loader/launcher';
import { envelope, hear } from './protocol';

interface PublicApi {
  open(): void;
  close(): void;
  toggle(): void;
}

/** In sessionStorage: `1` open, `0` closed after it was open. Nothing before the first open. */
const REMEMBERED = 'baton:open';

class Loader implements PublicApi {
  readonly #origin: string;
  readonly #launcher: Launcher;
  #open = false;
  /** Before its load the iframe is a blank page of the site's own. */
  #loaded = false;

  constructor(origin: string, key: string) {
    this.#origin = origin;
    this.#launcher = drawLauncher(`${origin}/widget/frame?key=${encodeURIComponent(key)}`);
    this.#launcher.button.addEventListener('click', () => this.toggle());
    addEventListener('message', (event) => this.#hear(event));
  }

  start(): void {
    this.#launcher.attach();
    // Sites that replace their body as they go take the launcher with it.
    new MutationObserver(() => this.#launcher.attach()).observe(document.documentElement, { childList: true });
    const before = remembered();
    if (before === '1') this.#show(true, false);
    // Closed, but in use: the badge shall tell of an answer.
    else if (before === '0') this.#load();
  }

  open(): void {
    this.#show(true, true);
  }

  close(): void {
    if (this.#open) this.#show(false, true);
  }

  toggle(): void {
    this.#show(!this.#open, true);
  }

  #show(open: boolean, byHand: boolean): void {
    this.#open = open;
    this.#launcher.attach();
    if (open) this.#load();
    this.#launcher.show(open);
    remember(open);
    this.#tell();
    if (!byHand) return;
    if (open) this.#launcher.frame()?.focus();
    else this.#launcher.button.focus();
  }

  #load(): void {
    if (this.#launcher.frame() !== null) return;
    this.#launcher.load(() => {
      this.#loaded = true;
      this.#tell();
    });
  }

  #tell(): void {
    if (!this.#loaded) return;
    const told = envelope({ type: this.#open ? 'open' : 'close' });
    this.#launcher.frame()?.contentWindow?.postMessage(told, this.#origin);
  }

  #hear(event: MessageEvent): void {
    const told = hear(event, this.#launcher.frame()?.contentWindow, [this.#origin]);
    if (told === null) return;
    if (told.type === 'close') this.close();
    else if (told.type === 'unread') this.#launcher.badge(told.count);
    else if (told.type === 'expand') this.#launcher.widen();
    // It may have begun to listen after the iframe's load.
    else if (told.type === 'ready') this.#tell();
  }
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function remember(open: boolean): void {
  try {
    sessionStorage.setItem(REMEMBERED, open ? '1' : '0');
  } catch {
    // A site that may not store: then every page begins closed.
  }
}

function begin(): void {
  const script = document.currentScript;
  // A second tag, or a page that runs its scripts again as it goes.
  if ('Baton' in window || !(script instanceof HTMLScriptElement)) return;
  const key = script.dataset['widgetKey'];
  if (!key) return console.warn('Baton: the script tag needs data-widget-key');
  const loader = new Loader(new URL(script.src).origin, key);
  const api: PublicApi = { open: () => loader.open(), close: () => loader.close(), toggle: () => loader.toggle() };
  Object.defineProperty(window, 'Baton', { value: Object.freeze(api) });
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => loader.start());
  else loader.start();
}

begin();
