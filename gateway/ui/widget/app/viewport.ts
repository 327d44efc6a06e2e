// Keeps the document as high as what the keyboard leaves of it, where it is the whole page; in the iframe the loader does that from outside.
// Must not know what the height is used for.

export function followViewport(): void {
  const viewport = window.visualViewport;
  if (!viewport || window.parent !== window) return;
  const follow = (): void => {
    document.documentElement.style.setProperty('--w-height', `${viewport.height}px`);
    // iOS scrolls the page to the field; with the height right there is nothing to scroll to.
    if (viewport.offsetTop > 0) window.scrollTo(0, 0);
  };
  viewport.addEventListener('resize', follow);
  viewport.addEventListener('scroll', follow);
  follow();
}
