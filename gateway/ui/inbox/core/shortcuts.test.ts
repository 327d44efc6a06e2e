// @vitest-environment happy-dom
// Shortcuts: what they mean, and when they mean nothing.

import { describe, expect, it } from 'vitest';
import { type Pressed, shortcutOf, type Where } from './shortcuts';

const press = (key: string, part: Partial<Pressed> = {}): Pressed => ({
  key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, defaultPrevented: false, repeat: false, ...part,
});

const at = (target: EventTarget | null, dialogOpen = false, characters = true): Where => ({ target, dialogOpen, characters });

function made(html: string, type?: string): HTMLElement {
  const element = document.createElement(html);
  if (type) element.setAttribute('type', type);
  return element;
}

describe('a shortcut', () => {
  it.each([['r', 'reply'], ['n', 'note'], ['j', 'next'], ['k', 'previous'], ['?', 'help'], ['Escape', 'leave'], ['x', null]])(
    '%s means %s',
    (key, meaning) => expect(shortcutOf(press(key), at(document.body, false))).toBe(meaning),
  );

  it.each([['textarea', undefined], ['input', 'text'], ['input', 'email'], ['select', undefined]])('means nothing while typing in %s %s', (name, type) => {
    expect(shortcutOf(press('r'), at(made(name, type), false))).toBeNull();
  });

  it('works on a checkbox, which takes no text', () => expect(shortcutOf(press('r'), at(made('input', 'checkbox'), false))).toBe('reply'));

  it.each<Partial<Pressed>>([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }, { defaultPrevented: true }])(
    'means nothing with %o',
    (part) => expect(shortcutOf(press('r', part), at(document.body, false))).toBeNull(),
  );

  it('means nothing behind a dialog', () => expect(shortcutOf(press('r'), at(document.body, true))).toBeNull());

  it('means nothing in a menu', () => {
    const menu = made('div');
    menu.setAttribute('role', 'menu');
    const item = menu.appendChild(made('button'));
    expect(shortcutOf(press('j'), at(item, false))).toBeNull();
  });

  it('repeats only to walk', () => {
    expect(shortcutOf(press('j', { repeat: true }), at(document.body, false))).toBe('next');
    expect(shortcutOf(press('n', { repeat: true }), at(document.body, false))).toBeNull();
  });

  it.each(['r', 'n', 'j', 'k', '?'])('%s means nothing to who has switched such keys off', (key) => {
    expect(shortcutOf(press(key), at(document.body, false, false))).toBeNull();
  });

  it('that writes no character stays', () => expect(shortcutOf(press('Escape'), at(document.body, false, false))).toBe('leave'));
});
