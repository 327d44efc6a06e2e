// A visitor on a page that carries the widget: finds their way by what is written there, as people and screen readers do.

import { cast } from './cast.mjs';
import { assert, until } from './stage.mjs';

const WIDGET = /\/widget\/(frame\?|resume)/;

export class Visitor {
  /** Opens the page of the make-believe shop, or another one. */
  static async on(page, address = `${cast.base}/demo`) {
    await page.goto(address);
    await page.waitForFunction(() => window.Baton !== undefined);
    return new Visitor(page);
  }

  /** Where the frame is there already: in a page that carries it by hand, or on the page behind a mail's link. */
  static async within(page) {
    const visitor = new Visitor(page);
    await visitor.isOpen();
    return visitor;
  }

  constructor(page) {
    this.page = page;
  }

  /** Opens the chat as a mouse or a finger does: the launcher is in the corner. */
  async opens() {
    const { width, height } = this.page.viewportSize();
    await this.page.mouse.click(width - 44, height - 44);
    await this.isOpen();
  }

  /** Waits for the frame and for the thread in it. */
  async isOpen() {
    this.frame = await until('the widget is in the page', () => this.page.frames().find((frame) => WIDGET.test(frame.url())));
    await this.frame.getByRole('textbox', { name: 'Your message' }).waitFor();
  }

  async says(text) {
    await this.frame.getByRole('textbox', { name: 'Your message' }).fill(text);
    await this.frame.getByRole('button', { name: 'Send' }).click();
  }

  async reads(text, patience) {
    await this.frame.getByText(text, { exact: false }).first().waitFor({ timeout: patience });
  }

  async presses(name) {
    await this.frame.getByRole('button', { name }).click();
  }

  /** What stands in the thread, by rising place: texts of bubbles, without names, times and sources. */
  async thread() {
    return this.frame.locator('[role=log] .bubble').evaluateAll((bubbles) => bubbles.map((bubble) => {
      const [said, sources] = [bubble.innerText, bubble.querySelector('.sources')?.innerText];
      return sources ? said.slice(0, said.lastIndexOf(sources)) : said;
    }));
  }

  async header() {
    return this.frame.locator('header').innerText();
  }

  /** Nothing reaches over the side of a phone. */
  async fits() {
    const [inner, outer] = await this.frame.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert(inner <= outer, `the widget is ${inner} px wide in a window of ${outer}`);
    const sizes = await this.frame.locator('input, textarea, select').evaluateAll((fields) => fields.map((field) => parseFloat(getComputedStyle(field).fontSize)));
    assert(sizes.every((size) => size >= 16), `a phone zooms into fields of less than 16 px: ${sizes}`);
  }
}
