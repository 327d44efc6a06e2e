// A Chromium, its windows, and what every scenario watches: faults of a page, requests that leave, accessibility, screenshots.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { cast } from './cast.mjs';

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** Something that must be so is not. */
export class Failed extends Error {}

export const assert = (so, what) => {
  if (!so) throw new Failed(what);
};

/** Runs a scenario and ends the process: 0, or 1 with what went wrong. */
export async function play(name, scenario) {
  await mkdir(cast.artefacts, { recursive: true });
  const browser = await chromium.launch({ executablePath: cast.chromium, headless: true, args: FLAGS });
  const stage = new Stage(browser, name);
  try {
    await scenario(stage);
    await stage.close();
    console.log(`${name}: ${stage.steps} steps, ${stage.looked} states without a violation`);
  } catch (error) {
    await stage.report(error);
    process.exitCode = 1;
  } finally {
    for (const end of stage.endings) await end();
    await browser.close();
  }
}

class Stage {
  constructor(browser, name) {
    Object.assign(this, { browser, name, windows: [], faults: [], endings: [], steps: 0, looked: 0 });
  }

  /** A person's own browser window; what goes wrong on its pages fails the scenario. */
  async window(who, options = DESKTOP) {
    const context = await this.browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    this.watch(who, page);
    context.on('page', (opened) => this.watch(who, opened));
    this.windows.push({ who, page, context });
    return page;
  }

  watch(who, page) {
    page.on('pageerror', (error) => this.faults.push(`${who}: ${error.message}`));
    page.on('console', (message) => {
      // A browser says so itself when a request fails, which scenarios provoke by going offline.
      const expected = /Failed to load resource|net::ERR_|status of 4|Failed to fetch/.test(message.text());
      if (message.type() === 'error' && !expected) this.faults.push(`${who}: ${message.text()}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      const ours = ['127.0.0.1', 'localhost', ''].includes(url.hostname);
      if (!ours) this.faults.push(`${who}: a request left for ${url.origin}`);
    });
  }

  /** Done at the end, however the scenario ends. */
  atTheEnd(end) {
    this.endings.push(end);
  }

  /** Names what is done next; the name is printed when it fails. */
  async step(what, work) {
    this.current = what;
    const begun = performance.now();
    const result = await work();
    this.steps += 1;
    console.log(`  ${what} (${Math.round(performance.now() - begun)} ms)`);
    return result;
  }

  /** No violation on the page as it is now, and a picture of it. */
  async look(page, picture) {
    await page.screenshot({ path: join(cast.artefacts, `${picture}.png`) });
    const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    const violations = found.violations.map(
      (violation) => `${violation.id}: ${violation.help} at ${violation.nodes.map((node) => node.target.flat().join(' ')).join(', ')}`,
    );
    assert(violations.length === 0, `accessibility of ${picture}:\n${violations.join('\n')}`);
    this.looked += 1;
  }

  /** The same for those whose system is dark. */
  async lookInTheDark(page, picture) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await this.look(page, `${picture}-dark`);
    await page.emulateMedia({ colorScheme: 'light' });
  }

  async close() {
    assert(this.faults.length === 0, `the pages complained:\n${this.faults.join('\n')}`);
  }

  async report(error) {
    console.error(`${this.name} failed at: ${this.current}\n${error.stack ?? error}`);
    if (this.faults.length > 0) console.error(`the pages complained:\n${this.faults.join('\n')}`);
    for (const { who, page } of this.windows) {
      if (!page.isClosed()) await page.screenshot({ path: join(cast.artefacts, `failed-${this.name}-${who}.png`) }).catch(() => {});
    }
  }
}

/** Looks again and again until something is so. */
export async function until(what, fits, patience = 20_000) {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    const found = await fits();
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Failed(`it never came about: ${what}`);
}
