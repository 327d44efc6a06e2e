// A member of the staff in the inbox: finds their way by what is written there.

import { cast } from './cast.mjs';
import { assert } from './stage.mjs';

export class Member {
  static async on(page, who = cast, path = '/inbox') {
    await page.goto(`${cast.base}${path}`);
    const member = new Member(page);
    await member.signsIn(who);
    return member;
  }

  constructor(page) {
    this.page = page;
  }

  async signsIn({ workspace, email, password }) {
    await this.page.getByLabel('Workspace').fill(workspace);
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password').fill(password);
    const views = this.page.getByRole('navigation', { name: 'Views' });
    const tooSlow = this.page.getByRole('alert').filter({ hasText: 'did not answer in time' });
    // Passwords are slow to check by design, and slower on a machine with much to do: whoever is told so presses again.
    for (let tries = 1; tries <= 5; tries += 1) {
      await this.page.getByRole('button', { name: 'Sign in' }).click();
      await views.or(tooSlow).first().waitFor();
      if (await views.isVisible()) return;
    }
    await views.waitFor();
  }

  async view(name) {
    await this.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click();
  }

  rows() {
    return this.page.locator('a.row');
  }

  /** Opens the conversation at the top of the list. */
  async opensFirst() {
    await this.rows().first().click();
    await this.log().waitFor();
  }

  log() {
    return this.page.getByRole('log', { name: 'Thread' });
  }

  async reads(text, patience) {
    await this.log().getByText(text, { exact: false }).first().waitFor({ timeout: patience });
  }

  async replies(text) {
    await this.page.getByRole('button', { name: 'Reply', exact: true }).click();
    await this.page.getByLabel('Reply to the visitor').fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  async notes(text) {
    await this.page.getByRole('button', { name: 'Note', exact: true }).click();
    await this.page.getByLabel('Note for the team').fill(text);
    await this.page.getByRole('button', { name: 'Add note' }).click();
  }

  async does(action) {
    await this.page.getByRole('button', { name: 'More actions' }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** What this member may ask of the inbox's API, as its page does: the answer's body. */
  async asks(method, path, body, etag) {
    const { status, said } = await this.page.evaluate(async ({ how, to, what, match }) => {
      const headers = { 'content-type': 'application/json', 'x-baton-csrf': '1', ...(match && { 'if-match': `"${match}"` }) };
      const answer = await fetch(`/v1/inbox/${to}`, { method: how, headers, body: what && JSON.stringify(what) });
      return { status: answer.status, said: await answer.json().catch(() => null) };
    }, { how: method, to: path, what: body, match: etag });
    assert(status < 300, `${method} ${path} answered ${status}: ${JSON.stringify(said)}`);
    return said;
  }

  /** Changes the workspace's only assistant. */
  async changesAssistant(change) {
    const { assistants: [{ id, etag }] } = await this.asks('GET', 'assistants');
    await this.asks('PATCH', `assistants/${id}`, change, etag);
  }

  /** Adds a colleague, who can sign in at once. */
  async adds(name, email) {
    const colleague = { workspace: cast.workspace, email, password: 'nine-brown-otters-4' };
    const { id } = await this.asks('POST', 'members', { request_id: crypto.randomUUID(), display_name: name, email, roles: ['agent'], password: colleague.password });
    return { ...colleague, id };
  }

  /** Texts of the messages that visitor, assistant and members wrote. */
  async thread() {
    return this.log().locator('article.message .bubble').allInnerTexts();
  }
}
