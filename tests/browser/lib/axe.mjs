// What axe finds on a page: on the page itself, behind the closed shadow root of the widget, and in the widget's frame. Left to itself axe
// walks the DOM, where a closed root and everything in it do not exist. Must not know any scenario.

import axe from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The widget's frames, in whichever root they stand. */
export const widgetFrames = (page) => page.frames().filter((frame) => new URL(frame.url(), 'about:blank').pathname === '/widget/frame');

/** Whether a widget's frame is there and not folded away. */
export async function widgetIsShown(page) {
  const [frame] = widgetFrames(page);
  return frame !== undefined && frame.evaluate(() => window.innerWidth > 0);
}

/** Each violation in a line; none if all is well. */
export async function violationsOf(page) {
  const found = await withLauncherOpen(page, () => violationsIn(page.mainFrame()));
  for (const frame of widgetFrames(page)) found.push(...(await violationsIn(frame)).map((line) => `in the widget: ${line}`));
  return found;
}

/**
 * Fails unless what is wrong in the widget is found: a field without a name in its frame, a button without one beside it. To be called while
 * the frame is open.
 */
export async function proveThatTheWidgetIsSeen(page) {
  const [frame] = widgetFrames(page);
  const plant = (tag) => `(root) => { const it = document.createElement('${tag}'); it.id = 'planted'; root.append(it); }`;
  await frame.evaluate(`(${plant('input')})(document.querySelector('main'))`);
  await inLauncher(page, `function () { (${plant('button')})(this.firstElementChild); }`);
  const found = await violationsOf(page);
  await frame.evaluate(() => document.getElementById('planted').remove());
  await inLauncher(page, 'function () { this.getElementById("planted").remove(); }');
  const seen = (start) => found.some((line) => line.startsWith(start) && line.includes('#planted'));
  if (!seen('in the widget: label:') || !seen('button-name:')) throw new Error(`faults put into the widget are not found, only:\n${found.join('\n')}`);
}

/** The launcher's controls that can be seen, by name and place. */
export async function launcherControls(page) {
  const controls = await inLauncher(page, `function () {
    return [...this.querySelectorAll('button, a')].map((it) => ({ name: it.getAttribute('aria-label') ?? it.textContent, box: it.getBoundingClientRect().toJSON(),
      expanded: it.getAttribute('aria-expanded') === 'true', badge: it.querySelector('.badge:not([hidden])')?.textContent ?? null }));
  }`);
  return (controls ?? []).filter(({ box }) => box.width > 0 && box.height > 0);
}

/** What the panel says in the frame's place. */
export const launcherSays = (page) => inLauncher(page, 'function () { return this.querySelector("[role=status]")?.innerText ?? ""; }');

async function violationsIn(frame) {
  await frame.evaluate(axe.source);
  // Frames are run one by one: axe's own way to them is by messages, which a page may not let through.
  const { violations } = await frame.evaluate(
    (tags) => window.axe.run(document, { iframes: false, runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }), TAGS,
  );
  return violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target.flat().join(' ')).join(', ')}`);
}

/** Meanwhile the closed root looks like an open one. */
async function withLauncherOpen(page, work) {
  const opened = await inLauncher(page, 'function () { Object.defineProperty(this.host, "shadowRoot", { configurable: true, value: this }); return true; }');
  try {
    return await work();
  } finally {
    if (opened) await inLauncher(page, 'function () { delete this.host.shadowRoot; }');
  }
}

/** Calls a function with the widget's shadow root as `this`, as only a debugger can; undefined where there is no widget. */
async function inLauncher(page, declaration) {
  const session = await page.context().newCDPSession(page);
  try {
    const { result: host } = await session.send('Runtime.evaluate', { expression: 'document.querySelector("baton-widget")' });
    if (!host.objectId) return undefined;
    const { node } = await session.send('DOM.describeNode', { objectId: host.objectId, pierce: true });
    const { object } = await session.send('DOM.resolveNode', { backendNodeId: node.shadowRoots[0].backendNodeId });
    const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', { objectId: object.objectId, functionDeclaration: declaration, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  } finally {
    await session.detach();
  }
}
