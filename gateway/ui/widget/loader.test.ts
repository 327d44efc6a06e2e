// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { envelope } from './protocol';

const ORIGIN = 'https://baton.example';
let shadow: ShadowRoot | null = null;

/** Runs the script as its tag would. */
async function load(key = 'wk_1'): Promise<void> {
  const script = document.createElement('script');
  script.dataset['widgetKey'] = key;
  Object.defineProperty(script, 'src', { value: `${ORIGIN}/widget.js` });
  Object.defineProperty(document, 'currentScript', { value: script, configurable: true });
  vi.resetModules();
  await import('./loader');
}

/** The iframe's window. Nothing is loaded into it here. */
const frame = { postMessage: vi.fn() };
const part = <T extends Element>(selector: string): T | null => shadow?.querySelector<T>(selector) ?? null;
const baton = (): { open(): void; close(): void; toggle(): void } => Reflect.get(window, 'Baton');

function hears(data: unknown, origin = ORIGIN, source: unknown = frame): void {
  const event = new MessageEvent('message', { data, origin });
  Object.defineProperty(event, 'source', { value: source });
  window.dispatchEvent(event);
}

const original = Element.prototype.attachShadow;

beforeEach(() => {
  // The loader's shadow root is closed to the page, and so to us.
  Element.prototype.attachShadow = function attach(this: Element, init: ShadowRootInit): ShadowRoot {
    shadow = original.call(this, init);
    return shadow;
  };
});

describe('the loader', () => {
  it('draws a button, and neither stores nor loads anything before the first open', async () => {
    await load();
    expect(part('button')?.getAttribute('aria-label')).toBe('Open chat');
    expect(part('iframe')).toBeNull();
    expect(sessionStorage.length + localStorage.length).toBe(0);
  });

  it('does nothing when it is loaded a second time', async () => {
    const before = baton();
    await load('wk_2');
    expect(baton()).toBe(before);
    expect(document.querySelectorAll('baton-widget')).toHaveLength(1);
  });

  it('opens the iframe under its own origin, with the key alone', () => {
    baton().open();
    expect(part<HTMLIFrameElement>('iframe')?.src).toBe(`${ORIGIN}/widget/frame?key=wk_1`);
    expect(part<HTMLElement>('.panel')?.hidden).toBe(false);
  });

  it('speaks to it once it is loaded, under its exact origin', () => {
    const iframe = part<HTMLIFrameElement>('iframe');
    Object.defineProperty(iframe, 'contentWindow', { value: frame });
    baton().open();
    expect(frame.postMessage).not.toHaveBeenCalled();
    iframe?.dispatchEvent(new Event('load'));
    expect(frame.postMessage).toHaveBeenCalledWith({ baton: 1, type: 'open', byHand: false }, ORIGIN);
  });

  it('believes its iframe and nobody else', () => {
    baton().open();
    hears(envelope({ type: 'close' }), 'https://evil.example');
    hears(envelope({ type: 'close' }), ORIGIN, window);
    hears({ type: 'close' });
    expect(part<HTMLElement>('.panel')?.hidden).toBe(false);
    hears(envelope({ type: 'close' }));
    expect(part<HTMLElement>('.panel')?.hidden).toBe(true);
    expect(sessionStorage.getItem('baton:open')).toBe('0');
  });

  it('shows what is unread on the button, and leaves the title alone', () => {
    document.title = 'Shop';
    hears(envelope({ type: 'unread', count: 120 }));
    expect(part('.badge')?.textContent).toBe('99+');
    expect(part('button')?.getAttribute('aria-label')).toBe('Open chat (120 unread)');
    expect(document.title).toBe('Shop');
  });

  it('comes back when the page is given a new body', async () => {
    document.documentElement.replaceChild(document.createElement('body'), document.body);
    await vi.waitFor(() => expect(document.querySelectorAll('baton-widget')).toHaveLength(1));
  });
});
