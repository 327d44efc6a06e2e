// A dialog over everything else. The browser's own `dialog` keeps the focus inside and gives it back, and makes all that is outside of it
// inert: so the short messages stand inside of the topmost one. Must not know what is asked.

import { computed, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './Button';
import { Toasts } from './Toasts';

interface DialogProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
  wide?: boolean;
  /** A press beside it does not close it: what it shows is shown this once. */
  firm?: boolean;
}

/** The dialogs that are open, the topmost last. */
const open = signal<readonly string[]>([]);
const topmost = computed<string | null>(() => open.value.at(-1) ?? null);

export function Dialog({ title, close, children, wide = false, firm = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    open.value = [...open.peek(), id];
    return () => {
      open.value = open.peek().filter((one) => one !== id);
      // While it is modal, nothing behind it takes the focus.
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const cancel = (event: Event): void => {
    event.preventDefault();
    close();
  };
  const outside = (event: MouseEvent): void => (event.target === dialog.current && !firm ? close() : undefined);
  return (
    <dialog ref={dialog} class={`dialog${wide ? ' wide' : ''}`} aria-labelledby={id} onCancel={cancel} onMouseDown={outside}>
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label="Close" onClick={close} />
        </div>
        {children}
      </div>
      <Toasts shown={topmost.value === id} />
    </dialog>
  );
}

/** The short messages of the page itself, while no dialog is over it. */
export const PageToasts = () => <Toasts shown={topmost.value === null} />;

/** Whether a dialog is open; keys then belong to it. */
export const dialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;
