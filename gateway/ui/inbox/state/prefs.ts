// What a member likes on this browser: how Enter works, single keys, sound, colours. Must not know who reads it.

import { effect, signal } from '@preact/signals';

export interface Prefs {
  enterSends: boolean;
  /** Whether single keys do things. */
  keys: boolean;
  sound: boolean;
  desktop: boolean;
  theme: 'system' | 'light' | 'dark';
}

const KEY = 'baton.inbox.prefs';
const DEFAULTS: Prefs = { enterSends: false, keys: true, sound: true, desktop: false, theme: 'system' };

export const prefs = signal<Prefs>(read());

export function change(part: Partial<Prefs>): void {
  prefs.value = { ...prefs.value, ...part };
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs.value));
  } catch {
    // Kept for this page only.
  }
}

function read(): Prefs {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? { ...DEFAULTS, ...kept } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

export function followTheme(): void {
  effect(() => {
    const { theme } = prefs.value;
    if (theme === 'system') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.setAttribute('data-theme', theme);
  });
}
