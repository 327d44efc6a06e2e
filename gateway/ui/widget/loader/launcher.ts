// The launcher button and the panel with the iframe, in a shadow root of their own. Must not know messages, storage, or when to open.

import { STYLE } from './style';
import { launcherLabel } from './texts';

export interface Launcher {
  readonly button: HTMLButtonElement;
  /** Null before the first open. */
  frame(): HTMLIFrameElement | null;
  /** Puts a new iframe there, hidden or not, in place of one that may be there. Nothing of it is seen before `ready`. */
  load(onLoad: () => void): void;
  /** The frame has drawn its own way out: the launcher may go where there is no room for both. */
  ready(): void;
  /** A line in the panel while there is no frame to be seen. */
  say(text: string): void;
  show(open: boolean): void;
  badge(unread: number): void;
  widen(): void;
  /** Puts everything there if the page has not got it, or has thrown it out; gives whether that was so. */
  attach(): boolean;
}

const SVG = 'http://www.w3.org/2000/svg';
const BUBBLE = 'M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-5 4.5V16A2.5 2.5 0 0 1 4 13.5z';
const CHEVRON = 'M6 9.5l6 6 6-6';

/** `enter`: the focus has left the frame at its end or its beginning, where that is all there is to be seen. */
export function drawLauncher(address: string, enter: (at: 'first' | 'last') => void): Launcher {
  const { host, root, panel, line, guards, button, path, badge } = build();
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
  guards[0].addEventListener('focus', () => enter('last'));
  guards[1].addEventListener('focus', () => enter('first'));
  draw();
  return {
    button,
    frame: () => iframe,
    load(onLoad) {
      iframe?.remove();
      root.classList.remove('ready');
      iframe = framed(address, onLoad);
      guards[1].before(iframe);
    },
    ready: () => void root.classList.add('ready'),
    say: (text) => void (line.textContent = text),
    show: (now) => void ((open = now), draw()),
    badge: (count) => void ((unread = count), draw()),
    widen: () => void panel.classList.toggle('wide'),
    attach() {
      if (host.isConnected) return false;
      document.body.append(host);
      return true;
    },
  };
}

function framed(address: string, onLoad: () => void): HTMLIFrameElement {
  const iframe = element('iframe', 'frame');
  iframe.title = 'Chat';
  iframe.src = address;
  iframe.addEventListener('load', onLoad);
  return iframe;
}

interface Parts {
  host: HTMLElement;
  root: HTMLElement;
  panel: HTMLElement;
  line: HTMLElement;
  /** Before and after the frame. */
  guards: readonly [HTMLElement, HTMLElement];
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
  const line = element('p', 'line');
  line.setAttribute('role', 'status');
  const guards = [guard(), guard()] as const;
  panel.append(line, ...guards);
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
  return { host, root, panel, line, guards, button, path, badge };
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function guard(): HTMLElement {
  const made = element('div', 'guard');
  made.tabIndex = 0;
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
