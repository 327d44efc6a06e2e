// The launcher's and the panel's looks, as one constructable style sheet: the site's own policy may forbid all other ways, and its styles stay
// outside of the shadow root. The colours repeat those of shared/tokens.css, which the loader is too small to carry.

/** Where there is no room for page and panel, and the panel takes all of it. */
export const FULL_SCREEN = '(max-width: 480px), (max-height: 480px)';

export const STYLE = `
:host { all: initial; color-scheme: light dark; }
.root {
  --accent: #0b6b61; --accent-hover: #095950; --on-accent: #fff; --surface: #fff; --text: #17201e; --badge: #b42318; --on-badge: #fff;
  --shadow: 0 8px 28px rgb(16 24 22 / .2), 0 2px 8px rgb(16 24 22 / .12);
}
@media (prefers-color-scheme: dark) {
  .root { --accent: #4fc7b6; --accent-hover: #6ed6c7; --on-accent: #06241f; --surface: #181e1d; --text: #e9eeec; --badge: #f27067; --on-badge: #2b0704;
    --shadow: 0 8px 28px rgb(0 0 0 / .55); }
}
.launcher {
  position: fixed; inset-block-end: max(20px, env(safe-area-inset-bottom)); inset-inline-end: 20px; z-index: 2147483000;
  width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%; display: grid; place-items: center; cursor: pointer;
  background: var(--accent); color: var(--on-accent); box-shadow: var(--shadow);
  transition: background-color .12s, transform .12s; -webkit-tap-highlight-color: transparent; touch-action: manipulation;
}
.launcher:hover { background: var(--accent-hover); }
.launcher:active { transform: scale(.96); }
.launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.launcher svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.badge {
  position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-width: 21px; height: 21px; padding: 0 6px; box-sizing: border-box;
  border-radius: 11px; background: var(--badge); color: var(--on-badge); font: 600 12px/21px system-ui, sans-serif; text-align: center;
}
.panel {
  position: fixed; inset-block-end: 92px; inset-inline-end: 20px; z-index: 2147483000; overflow: hidden;
  width: min(400px, calc(100vw - 40px)); height: min(680px, calc(100vh - 116px)); border-radius: 16px;
  background: var(--surface); box-shadow: var(--shadow);
}
.panel.wide { width: min(680px, calc(100vw - 40px)); height: min(860px, calc(100vh - 116px)); }
.panel iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
/* Of what comes in place of a frame, such as the browser's own page about a server that is away, nothing is shown. */
.root:not(.ready) iframe { visibility: hidden; }
.line { position: absolute; inset: 0; display: grid; place-content: center; margin: 0; padding: 24px; color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; text-align: center; }
.guard { position: absolute; inset-block-start: 0; width: 1px; height: 1px; outline: 0; }
.ready .line, .guard { display: none; }
[hidden] { display: none !important; }
@media ${FULL_SCREEN} {
  /* Full screen, and no higher than what the keyboard leaves: --top and --height follow the visual viewport. */
  .panel, .panel.wide { inset: var(--top, 0) 0 auto 0; width: 100vw; height: var(--height, 100dvh); border-radius: 0; box-shadow: none; }
  /* Not before the frame has a button of its own: a frame that does not come must not be a wall. */
  .open.ready .launcher { display: none; }
  /* Nobody walks by keyboard through a page that is covered. */
  .ready .guard { display: block; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel:not([hidden]) { animation: rise .18s cubic-bezier(.2, 0, 0, 1); }
  @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
}
@media print { .root { display: none; } }
`;
