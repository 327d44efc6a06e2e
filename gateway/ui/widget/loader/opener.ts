// When the panel is open, and what is told to the iframe in it. It runs in somebody else's page, so it stores next to nothing, believes only
// its own iframe, and covers nothing that it cannot uncover. Must not know what a chat is, nor how the panel looks.

import { type Told, envelope, hear } from '../protocol';
import { type Launcher, drawLauncher } from './launcher';
import { FULL_SCREEN } from './style';
import { unreachable } from './texts';

/** In sessionStorage: `1` open, `0` closed after it was open. Nothing before the first open. */
const REMEMBERED = 'baton:open';
/** After so long without a frame the visitor is told. Phones on a poor line need some of it. */
export const PATIENCE_MS = 8_000;

/** `late`: it may still come, but the next open tries anew. */
type Frame = 'none' | 'coming' | 'late' | 'ready';

export class Opener {
  readonly #origin: string;
  readonly #launcher: Launcher;
  #open = false;
  #frame: Frame = 'none';
  /** Before its load the iframe is a blank page of the site's own. */
  #loaded = false;
  /** It was open on the page before: shown as soon as the frame is there, not sooner and not late. */
  #awaited = false;
  /** What had the focus when it was opened by hand; undefined if it was not, or that has been told. */
  #from: Element | null | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(origin: string, key: string) {
    this.#origin = origin;
    this.#launcher = drawLauncher(`${origin}/widget/frame?key=${encodeURIComponent(key)}`, (at) => this.#enter(at));
    this.#launcher.button.addEventListener('click', () => this.toggle());
    addEventListener('message', (event) => this.#hear(event));
  }

  start(): void {
    this.#attach();
    // Sites that replace their body as they go take the launcher with it.
    new MutationObserver(() => this.#attach()).observe(document.documentElement, { childList: true });
    const before = remembered();
    if (before === null || this.#open) return;
    this.#awaited = before === '1';
    // Closed, but in use: the badge shall tell of an answer.
    this.#load();
  }

  open(): void {
    this.#from = document.activeElement;
    this.#show(true);
  }

  close(): void {
    const open = this.#open;
    if (!open && !this.#awaited) return;
    this.#from = undefined;
    this.#show(false);
    if (open) this.#launcher.button.focus();
  }

  toggle(): void {
    if (this.#open) this.close();
    else this.open();
  }

  #show(open: boolean): void {
    this.#open = open;
    this.#awaited = false;
    this.#attach();
    if (open) this.#load();
    this.#launcher.show(open);
    // One that does not come would stand there again on each page.
    if (this.#frame === 'ready' || !open) remember(open);
    this.#meet();
  }

  #attach(): void {
    if (!this.#launcher.attach() || this.#frame === 'none') return;
    // An iframe that is put back begins anew, and may not come this time.
    this.#frame = 'none';
    this.#load();
  }

  #load(): void {
    if (this.#frame === 'coming' || this.#frame === 'ready') return;
    this.#frame = 'coming';
    this.#loaded = false;
    this.#launcher.say('');
    this.#launcher.load(() => {
      this.#loaded = true;
      this.#meet();
    });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#frame = 'late';
      // By now the visitor is at something else, which it would cover.
      this.#awaited = false;
      this.#launcher.say(unreachable(navigator.languages));
    }, PATIENCE_MS);
  }

  #ready(): void {
    clearTimeout(this.#timer);
    this.#frame = 'ready';
    this.#launcher.ready();
    if (this.#awaited || this.#open) this.#show(true);
    else this.#meet();
  }

  /** Tells the frame whether it is seen, and gives it the focus where that is its due. */
  #meet(): void {
    const byHand = this.#open && this.#frame === 'ready' && this.#from !== undefined;
    // Who has gone on to something else while it came is not fetched back.
    const due = byHand && this.#from === document.activeElement;
    if (byHand) this.#from = undefined;
    // Nothing else is to be seen there, so nothing else is to be walked through.
    const alone = this.#open && this.#frame === 'ready' && matchMedia(FULL_SCREEN).matches;
    if (due || alone) this.#launcher.frame()?.focus();
    this.#tell(this.#open ? { type: 'open', byHand: due } : { type: 'close' });
  }

  #enter(at: 'first' | 'last'): void {
    this.#launcher.frame()?.focus();
    this.#tell({ type: 'enter', at });
  }

  #tell(told: Told): void {
    if (this.#loaded) this.#launcher.frame()?.contentWindow?.postMessage(envelope(told), this.#origin);
  }

  #hear(event: MessageEvent): void {
    const told = hear(event, this.#launcher.frame()?.contentWindow, [this.#origin]);
    if (told === null) return;
    if (told.type === 'close') this.close();
    else if (told.type === 'unread') this.#launcher.badge(told.count);
    else if (told.type === 'expand') this.#launcher.widen();
    else if (told.type === 'ready') this.#ready();
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
