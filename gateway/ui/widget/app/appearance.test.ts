// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { describe, expect, it, vi } from 'vitest';
import { type Told, envelope } from '../protocol';
import { appear } from './appearance';
import { enter } from './enter';

const SITE = 'https://shop.example';

function setUp() {
  const parent = { postMessage: vi.fn() };
  const frame = Object.assign(new EventTarget(), { parent });
  const unread = signal(0);
  const onEnter = vi.fn();
  const appearance = appear({ window: frame as unknown as Window, origins: [SITE], page: false, unread, onEnter });
  const hears = (told: Told): void => void frame.dispatchEvent(Object.assign(new Event('message'), { data: envelope(told), origin: SITE, source: parent }));
  const said = (): string[] => parent.postMessage.mock.calls.map(([told]) => told.type);
  return { ...appearance, unread, onEnter, hears, said };
}

describe('the frame', () => {
  it('says that it is there once it is drawn, not before, and once', () => {
    const { hears, said, drawn, shown } = setUp();
    hears({ type: 'open', byHand: false });
    expect(said()).not.toContain('ready');
    drawn();
    expect(said().filter((type) => type === 'ready')).toHaveLength(1);
    hears({ type: 'close' });
    expect(said().filter((type) => type === 'ready')).toHaveLength(1);
    expect(shown.value).toBe(false);
  });

  it('waits with it until somebody has spoken whom it may answer', () => {
    const { hears, said, drawn } = setUp();
    drawn();
    expect(said()).toEqual([]);
    hears({ type: 'close' });
    expect(said()).toEqual(['ready', 'unread']);
  });

  it('takes the focus when it is opened by hand, and then each time', () => {
    const { hears, focused, shown } = setUp();
    hears({ type: 'open', byHand: false });
    expect([shown.value, focused.value]).toEqual([true, 0]);
    hears({ type: 'open', byHand: true });
    hears({ type: 'close' });
    hears({ type: 'open', byHand: true });
    expect(focused.value).toBe(2);
  });

  it('lets the keyboard in at either end, at what is there to stand on', () => {
    const { hears, onEnter } = setUp();
    hears({ type: 'enter', at: 'last' });
    expect(onEnter).toHaveBeenCalledWith('last');
    const make = (name: string, id: string): HTMLElement => Object.assign(document.body.appendChild(document.createElement(name)), { id });
    const [close, , write, send] = [make('button', 'close'), make('p', 'text'), make('textarea', 'write'), make('button', 'send')];
    send?.setAttribute('disabled', '');
    enter(document, 'first');
    expect(document.activeElement).toBe(close);
    enter(document, 'last');
    expect(document.activeElement).toBe(write);
  });
});
