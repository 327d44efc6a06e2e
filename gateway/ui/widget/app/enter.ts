// Where the keyboard stands when it comes into the document from outside. Must not know what it finds there.

const STANDS = 'a[href], button, input, textarea, [tabindex="0"]';

/** Gives the focus to the first, or the last, of what takes it. */
export function enter(document: Document, at: 'first' | 'last'): void {
  const all = [...document.querySelectorAll<HTMLElement>(STANDS)];
  if (at === 'last') all.reverse();
  // What is disabled or not shown does not take it, and the browser knows best which that is.
  for (const one of all) {
    one.focus();
    if (document.activeElement === one) return;
  }
}
