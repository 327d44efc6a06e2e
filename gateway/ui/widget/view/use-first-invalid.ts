// Brings whoever sends a form to the first field that is not right: there its fault is read out. Must not know what is wrong.

import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** For the form; `tries` counts how often it was sent. */
export function useFirstInvalid(tries: number): RefObject<HTMLFormElement> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries]);
  return form;
}
