// Keeps the end of a scrolled element in sight while the reader is there, and leaves them alone while they are not. Must not know what is in it.

import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';

export interface End {
  /** For the element that scrolls. */
  scroller: (element: HTMLElement | null) => void;
  onScroll: () => void;
  /** Something new is below that is not seen. */
  away: boolean;
  toEnd: () => void;
}

/** So near to the end counts as being there. */
const NEAR_PX = 80;

/** `mark` changes with what is at the end; `written` with what the visitor wrote, which brings the end back into sight. */
export function useEnd(mark: string, written: string | undefined): End {
  const [away, setAway] = useState(false);
  const follower = useMemo(() => new Follower(setAway), []);
  useLayoutEffect(() => follower.grown(), [mark]);
  useLayoutEffect(() => {
    if (written !== undefined) follower.toEnd();
  }, [written]);
  useEffect(() => {
    const observer = new ResizeObserver(() => follower.scrolled());
    if (follower.element) observer.observe(follower.element);
    return () => observer.disconnect();
  }, []);
  return { scroller: follower.hold, away, onScroll: () => follower.scrolled(), toEnd: () => follower.toEnd() };
}

class Follower {
  element: HTMLElement | null = null;
  readonly hold = (element: HTMLElement | null): void => void (this.element = element);
  #near = true;
  #size = '';
  readonly #setAway: (away: boolean) => void;

  constructor(setAway: (away: boolean) => void) {
    this.#setAway = setAway;
  }

  grown(): void {
    if (this.#near) this.toEnd();
    else this.#setAway(true);
  }

  toEnd(): void {
    if (this.element) this.element.scrollTop = this.element.scrollHeight;
    this.#near = true;
    this.#setAway(false);
  }

  /** A frame that is shown again, a keyboard that rises: the layout scrolls as well, and that is not the reader's wish. */
  scrolled(): void {
    const { element } = this;
    if (!element) return;
    const size = `${element.clientHeight}:${element.scrollHeight}`;
    if (size !== this.#size) {
      this.#size = size;
      if (this.#near) this.toEnd();
      return;
    }
    this.#near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    if (this.#near) this.#setAway(false);
  }
}
