// The code of the site's script tag: it reads its own tag and puts the launcher there. Must touch nothing of the page but its own element.

import { Opener } from './loader/opener';

interface PublicApi {
  open(): void;
  close(): void;
  toggle(): void;
}

function begin(): void {
  const script = document.currentScript;
  // A second tag, or a page that runs its scripts again as it goes.
  if ('Baton' in window || !(script instanceof HTMLScriptElement)) return;
  const key = script.dataset['widgetKey'];
  if (!key) return console.warn('Baton: the script tag needs data-widget-key');
  const opener = new Opener(new URL(script.src).origin, key);
  const api: PublicApi = { open: () => opener.open(), close: () => opener.close(), toggle: () => opener.toggle() };
  Object.defineProperty(window, 'Baton', { value: Object.freeze(api) });
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => opener.start());
  else opener.start();
}

begin();
