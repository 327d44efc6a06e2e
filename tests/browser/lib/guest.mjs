// A visitor without a window: speaks to the widget's API as its frame does. For conversations that only have to be there.

import { cast } from './cast.mjs';
import { assert } from './stage.mjs';

export class Guest {
  /** Somebody new, who has written this. */
  static async who(says) {
    const guest = new Guest();
    const { token } = await guest.asks('session', { widget_key: cast.widgetKey });
    guest.token = token;
    await guest.says(says);
    return guest;
  }

  async says(text) {
    const { conversation_id: id } = await this.asks('messages', { client_message_id: crypto.randomUUID(), text, ...(this.id && { conversation_id: this.id }) });
    this.id = id;
  }

  async wantsAPerson() {
    await this.asks('handoff', { conversation_id: this.id });
  }

  async asks(path, body) {
    const headers = { 'content-type': 'application/json', ...(this.token && { authorization: `Bearer ${this.token}` }) };
    const answer = await fetch(`${cast.base}/v1/widget/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const said = await answer.json().catch(() => null);
    assert(answer.ok, `${path} answered ${answer.status}: ${JSON.stringify(said)}`);
    return said;
  }
}
