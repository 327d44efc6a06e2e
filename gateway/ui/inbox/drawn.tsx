// Draws components for tests, and takes them away again. Must not be known outside tests.

import type { ComponentChildren } from 'preact';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach } from 'vitest';

let root: HTMLElement | null = null;

export async function draw(what: ComponentChildren): Promise<HTMLElement> {
  root ??= document.body.appendChild(document.createElement('div'));
  const on = root;
  await act(() => render(what, on));
  return on;
}

/** Does something, and waits until it is drawn. */
export const doing = (what: () => unknown): Promise<void> => act(async () => void (await what()));

export function found<E extends Element = HTMLElement>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (!element) throw new Error(`nothing is ${selector}`);
  return element;
}

/** The button of that name, as people read it. */
export function button(name: string): HTMLButtonElement {
  const all = [...document.querySelectorAll('button')];
  const one = all.find((element) => (element.getAttribute('aria-label') ?? element.textContent)?.trim() === name);
  if (!one) throw new Error(`no button “${name}” among ${all.map((element) => element.textContent).join(', ')}`);
  return one;
}

afterEach(() => {
  if (!root) return;
  render(null, root);
  root.remove();
  root = null;
});
