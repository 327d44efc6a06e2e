// A Chromium, its windows, and what every scenario watches: faults of a page, requests that leave, accessibility, screenshots.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { proveThatTheWidgetIsSeen, violationsOf, widgetIsShown } from './axe.mjs';
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
    Object.assign(this, { browser, name, windows: [], faults: [], endings: [], steps: 0, looked: 0, proved: false });
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

  /** Leaves out a complaint that the scenario provokes, once it has come. */
  async expects(part) {
    await until(`a page complains: ${part}`, () => this.faults.some((fault) => fault.includes(part)));
    this.faults = this.faults.filter((fault) => !fault.includes(part));
  }

  /** Done at the end, however the scenario ends. */
  atTheEnd(end) {
    this.endings.push(end);
  }

  /** Names what is done next; the name is printed when it fails. */
  async step(what, work) {
    const begun = performance.now();
    try {
      const result = await work();
      this.steps += 1;
      console.log(`  ${what} (${Math.round(performance.now() - begun)} ms)`);
      return result;
    } catch (error) {
      this.failedAt ??= what;
      throw error;
    }
  }

  /** No violation on the page as it is now, nothing that reaches over its side, and a picture of it. */
  async look(page, picture) {
    await page.screenshot({ path: join(cast.artefacts, `${picture}.png`) });
    await this.sees(page);
    const violations = await violationsOf(page);
    assert(violations.length === 0, `accessibility of ${picture}:\n${violations.join('\n')}`);
    // Not `innerWidth`: a phone's grows with what reaches over its side.
    const [inner, outer] = [await page.evaluate(() => document.documentElement.scrollWidth), page.viewportSize().width];
    assert(inner <= outer, `${picture} is ${inner} px wide in a window of ${outer}`);
    this.looked += 1;
  }

  /** An eye that sees nothing finds nothing: before the first look into a widget it is shown something wrong. */
  async sees(page) {
    if (this.proved || !(await widgetIsShown(page))) return;
    await proveThatTheWidgetIsSeen(page);
    this.proved = true;
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
    console.error(`${this.name} failed at: ${this.failedAt}\n${error.stack ?? error}`);
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
