// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Told, envelope } from '../protocol';
import { Opener, PATIENCE_MS } from './opener';
import { STYLE } from './style';
import { unreachable } from './texts';

const ORIGIN = 'https://baton.example';
const original = Element.prototype.attachShadow;
let shadow: ShadowRoot | null = null;
let phone = false;

/** A page with the launcher, and the iframe's window in the hands of the test. */
class Page {
  readonly frame = { postMessage: vi.fn() };
  readonly opener = new Opener(ORIGIN, 'wk_1');
  readonly #shadow: ShadowRoot | null;

  constructor() {
    this.#shadow = shadow;
    this.opener.start();
    this.holdFrame();
  }

  part<T extends HTMLElement = HTMLElement>(selector: string): T | null {
    return this.#shadow?.querySelector<T>(selector) ?? null;
  }

  get shown(): boolean {
    return this.part('.panel')?.hidden === false;
  }

  get button(): HTMLElement | null {
    return this.part('.launcher');
  }

  holdFrame(): void {
    const iframe = this.part('iframe');
    if (iframe) Object.defineProperty(iframe, 'contentWindow', { value: this.frame, configurable: true });
  }

  open(): void {
    this.opener.open();
    this.holdFrame();
  }

  says(told: Told): void {
    const event = new MessageEvent('message', { data: envelope(told), origin: ORIGIN });
    Object.defineProperty(event, 'source', { value: this.frame });
    window.dispatchEvent(event);
  }

  /** The iframe as it begins when all is well. */
  comes(): void {
    this.part('iframe')?.dispatchEvent(new Event('load'));
    this.says({ type: 'ready' });
  }

  get heard(): unknown[] {
    return this.frame.postMessage.mock.calls.map(([told]) => told);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  document.body.replaceChildren();
  phone = false;
  vi.spyOn(window, 'matchMedia').mockImplementation((media) => Object.assign(new EventTarget(), { matches: phone, media }) as MediaQueryList);
  Element.prototype.attachShadow = function attach(this: Element, init: ShadowRootInit): ShadowRoot {
    return (shadow = original.call(this, init));
  };
});
afterEach(() => {
  vi.useRealTimers();
  Element.prototype.attachShadow = original;
});

describe('a frame that does not come', () => {
  it('leaves the way out in sight: the launcher goes only from above a frame that has drawn its own', () => {
    expect(STYLE).toContain('.open.ready .launcher { display: none; }');
    expect(STYLE).not.toContain('.open .launcher');
    const page = new Page();
    page.open();
    expect(page.part('.root')?.classList.contains('ready')).toBe(false);
    page.part('iframe')?.dispatchEvent(new Event('load'));
    expect(page.part('.root')?.classList.contains('ready')).toBe(false);
    page.says({ type: 'ready' });
    expect(page.part('.root')?.classList.contains('ready')).toBe(true);
  });

  it('is closed by the button that opened it', () => {
    const page = new Page();
    page.button?.click();
    expect(page.shown).toBe(true);
    page.button?.click();
    expect(page.shown).toBe(false);
  });

  it('is told of in the page itself after some seconds, and tried anew when it is opened again', () => {
    const page = new Page();
    page.open();
    const first = page.part('iframe');
    vi.advanceTimersByTime(PATIENCE_MS - 1);
    expect(page.part('[role=status]')?.textContent).toBe('');
    vi.advanceTimersByTime(1);
    expect(page.part('[role=status]')?.textContent).toBe(unreachable(navigator.languages));
    page.opener.close();
    page.open();
    expect(page.part('[role=status]')?.textContent).toBe('');
    expect(page.part('iframe')).not.toBe(first);
    page.comes();
    vi.advanceTimersByTime(PATIENCE_MS);
    expect(page.part('[role=status]')?.textContent).toBe('');
  });

  it('is not opened again on the next page: open is stored once it is there', () => {
    const page = new Page();
    page.open();
    expect(sessionStorage.getItem('baton:open')).toBeNull();
    page.comes();
    expect(sessionStorage.getItem('baton:open')).toBe('1');
    const next = new Page();
    expect(next.part('iframe')).not.toBeNull();
    vi.advanceTimersByTime(PATIENCE_MS);
    expect(next.shown).toBe(false);
  });

  it('is no wall either when the site has thrown it out, and it begins again', async () => {
    const page = new Page();
    page.open();
    page.comes();
    const before = page.part('iframe');
    document.documentElement.replaceChild(document.createElement('body'), document.body);
    await vi.advanceTimersByTimeAsync(100);
    expect(document.querySelectorAll('baton-widget').length).toBeGreaterThan(0);
    expect([page.shown, page.part('.root')?.classList.contains('ready'), page.part('iframe') === before]).toEqual([true, false, false]);
  });

  it('is forgotten when it is closed', () => {
    sessionStorage.setItem('baton:open', '1');
    const page = new Page();
    page.open();
    page.opener.close();
    expect(sessionStorage.getItem('baton:open')).toBe('0');
  });
});

describe('a chat that was left open', () => {
  it('is shown once it is there, and does not take the focus', () => {
    sessionStorage.setItem('baton:open', '1');
    const page = new Page();
    const focus = vi.spyOn(page.part('iframe') ?? document.body, 'focus');
    expect(page.shown).toBe(false);
    page.comes();
    expect(page.shown).toBe(true);
    expect(page.heard.at(-1)).toEqual({ baton: 1, type: 'open', byHand: false });
    expect(page.heard).not.toContainEqual({ baton: 1, type: 'open', byHand: true });
    expect(focus).not.toHaveBeenCalled();
  });

  it('stays closed if it was closed while it came', () => {
    sessionStorage.setItem('baton:open', '1');
    const page = new Page();
    page.button?.click();
    page.button?.click();
    page.comes();
    expect(page.shown).toBe(false);
  });

  it('stays closed if the site closes it while it comes, and on the next page too', () => {
    sessionStorage.setItem('baton:open', '1');
    const page = new Page();
    const back = vi.spyOn(page.button ?? document.body, 'focus');
    page.opener.close();
    page.comes();
    expect([page.shown, sessionStorage.getItem('baton:open')]).toEqual([false, '0']);
    // It was not open: nobody's focus was in it.
    expect(back).not.toHaveBeenCalled();
  });

  it('does not spring open when it comes after the patience for it has run out', () => {
    phone = true;
    sessionStorage.setItem('baton:open', '1');
    const page = new Page();
    const focus = vi.spyOn(page.part('iframe') ?? document.body, 'focus');
    vi.advanceTimersByTime(PATIENCE_MS);
    page.comes();
    expect(page.shown).toBe(false);
    expect(focus).not.toHaveBeenCalled();
    page.says({ type: 'unread', count: 2 });
    expect(page.part('.badge')?.textContent).toBe('2');
  });

  it('has the focus where it covers the page, for nothing else is to be seen', () => {
    phone = true;
    sessionStorage.setItem('baton:open', '1');
    const page = new Page();
    const focus = vi.spyOn(page.part('iframe') ?? document.body, 'focus');
    page.comes();
    expect(focus).toHaveBeenCalledOnce();
    expect(page.heard.at(-1)).toEqual({ baton: 1, type: 'open', byHand: false });
  });
});

describe('the focus', () => {
  it('goes into a chat that was opened by hand, once it is there', () => {
    const page = new Page();
    page.open();
    const focus = vi.spyOn(page.part('iframe') ?? document.body, 'focus');
    page.part('iframe')?.dispatchEvent(new Event('load'));
    expect(page.heard).toEqual([{ baton: 1, type: 'open', byHand: false }]);
    page.says({ type: 'ready' });
    expect(focus).toHaveBeenCalledOnce();
    expect(page.heard.at(-1)).toEqual({ baton: 1, type: 'open', byHand: true });
  });

  it('stays where the visitor has taken it meanwhile', () => {
    const page = new Page();
    page.open();
    const field = document.body.appendChild(document.createElement('input'));
    field.focus();
    page.comes();
    expect(page.heard.at(-1)).toEqual({ baton: 1, type: 'open', byHand: false });
    expect(document.activeElement).toBe(field);
  });

  it('goes in each time it is opened, and back to the button', () => {
    const page = new Page();
    page.open();
    page.comes();
    const back = vi.spyOn(page.button ?? document.body, 'focus');
    page.says({ type: 'close' });
    expect(back).toHaveBeenCalledOnce();
    page.opener.open();
    expect(page.heard.at(-1)).toEqual({ baton: 1, type: 'open', byHand: true });
  });

  it('is kept in a frame that covers the page, from the last control to the first and back', () => {
    expect(STYLE).toMatch(/@media[^{]*480px[^]*\.ready \.guard \{ display: block; \}/);
    const page = new Page();
    page.open();
    page.comes();
    const guards = [...(page.part('.panel')?.querySelectorAll<HTMLElement>('.guard') ?? [])];
    const frame = page.part('iframe');
    expect(guards.map((guard) => guard.tabIndex)).toEqual([0, 0]);
    expect([guards[0]?.nextElementSibling === frame, frame?.nextElementSibling === guards[1]]).toEqual([true, true]);
    const focus = vi.spyOn(frame ?? document.body, 'focus');
    guards[1]?.focus();
    expect(page.heard.at(-1)).toEqual({ baton: 1, type: 'enter', at: 'first' });
    guards[0]?.focus();
    expect(page.heard.at(-1)).toEqual({ baton: 1, type: 'enter', at: 'last' });
    expect(focus).toHaveBeenCalledTimes(2);
  });
});
