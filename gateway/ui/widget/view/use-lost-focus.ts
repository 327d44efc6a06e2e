// Takes the keyboard to the composer when what it stood on has gone with the state it was for: it must not stand in nowhere. Must not know
// which states there are.

import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** For the element that the composer is in; `mark` changes with what can be pressed. */
export function useLostFocus(mark: string): RefObject<HTMLDivElement> {
  const root = useRef<HTMLDivElement>(null);
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent): void => void (last.current = target instanceof Element ? target : null);
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  useEffect(() => {
    // Who has not begun to walk here, or has walked on elsewhere, is left alone.
    const lost = last.current?.isConnected === false && document.activeElement === document.body && document.hasFocus();
    if (lost) root.current?.querySelector<HTMLElement>('.composer textarea')?.focus();
  }, [mark]);
  return root;
}
