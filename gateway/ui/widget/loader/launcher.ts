// The launcher button and the panel with the iframe, in a shadow root of their own. Must not know messages, storage, or when to open.

import { STYLE } from './style';
import { launcherLabel } from './texts';

export interface Launcher {
  readonly button: HTMLButtonElement;
  /** Null before the first open. */
  frame(): HTMLIFrameElement | null;
  /** Puts the iframe there, hidden or not. */
  load(onLoad: () => void): void;
  show(open: boolean): void;
  badge(unread: number): void;
  widen(): void;
  /** Puts everything back if the page threw it out. */
  attach(): void;
}

const SVG = 'http://www.w3.org/2000/svg';
const BUBBLE = 'M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-5 4.5V16A2.5 2.5 0 0 1 4 13.5z';
const CHEVRON = 'M6 9.5l6 6 6-6';

export function drawLauncher(address: string): Launcher {
  const { host, root, panel, button, path, badge } = build();
  let iframe: HTMLIFrameElement | null = null;
  let open = false;
  let unread = 0;

  function draw(): void {
    panel.hidden = !open;
    root.classList.toggle('open', open);
    path.setAttribute('d', open ? CHEVRON : BUBBLE);
    button.setAttribute('aria-expanded', String(open));
    button.setAttribute('aria-label', launcherLabel(navigator.languages, open, unread));
    badge.hidden = open || unread === 0;
    badge.textContent = unread > 99 ? '99+' : String(unread);
  }
  followKeyboard(panel);
  draw();
  return {
    button,
    frame: () => iframe,
    load(onLoad) {
      iframe = element('iframe', 'frame');
      iframe.title = 'Chat';
      iframe.src = address;
      iframe.addEventListener('load', onLoad);
      panel.append(iframe);
    },
    show: (now) => void ((open = now), draw()),
    badge: (count) => void ((unread = count), draw()),
    widen: () => void panel.classList.toggle('wide'),
    attach() {
      if (!host.isConnected) document.body.append(host);
    },
  };
}

interface Parts {
  host: HTMLElement;
  root: HTMLElement;
  panel: HTMLElement;
  button: HTMLButtonElement;
  path: SVGPathElement;
  badge: HTMLElement;
}

function build(): Parts {
  const host = document.createElement('baton-widget');
  const shadow = host.attachShadow({ mode: 'closed' });
  dress(shadow);
  const root = element('div', 'root');
  const panel = element('div', 'panel');
  const button = element('button', 'launcher');
  button.type = 'button';
  const path = document.createElementNS(SVG, 'path');
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  const badge = element('span', 'badge');
  badge.setAttribute('aria-hidden', 'true');
  button.append(svg, badge);
  root.append(panel, button);
  shadow.append(root);
  return { host, root, panel, button, path, badge };
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function dress(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers before 2023. There a strict policy of the site may leave the launcher bare.
    const style = document.createElement('style');
    style.textContent = STYLE;
    shadow.append(style);
  }
}

/** On phones the keyboard covers the page without shrinking it; only the outer page can see that. */
function followKeyboard(panel: HTMLElement): void {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const follow = (): void => {
    panel.style.setProperty('--top', `${viewport.offsetTop}px`);
    panel.style.setProperty('--height', `${viewport.height}px`);
  };
  viewport.addEventListener('resize', follow);
  viewport.addEventListener('scroll', follow);
  follow();
}
