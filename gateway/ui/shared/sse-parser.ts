// Server-sent events out of text, as the HTML standard reads them. Must not know where the text comes from or what events mean.

export interface SseEvent {
  /** The event's name; `message` if it has none. */
  event: string;
  data: string;
  /** The place after this event. Empty until the stream has named one. */
  lastEventId: string;
}

export class SseParser {
  /** The last `id:` seen, also of blocks without data: a heartbeat moves it along. */
  lastEventId: string;
  /** The last `retry:` seen, in milliseconds. */
  retryMs: number | null = null;

  #rest = '';
  #event = '';
  #data: string[] = [];
  #pendingId: string;
  #begun = false;

  constructor(lastEventId = '') {
    this.lastEventId = lastEventId;
    this.#pendingId = lastEventId;
  }

  /** Takes text as it comes, however it is cut, and gives the events that it completes. */
  push(text: string): SseEvent[] {
    let rest = this.#rest + text;
    if (!this.#begun && rest !== '') {
      this.#begun = true;
      if (rest.startsWith('\uFEFF')) rest = rest.slice(1);
    }
    const events: SseEvent[] = [];
    for (;;) {
      const end = rest.search(/[\r\n]/);
      // A CR at the very end may be half of a CRLF: wait for what follows.
      if (end < 0 || (rest[end] === '\r' && end === rest.length - 1)) break;
      const event = this.#line(rest.slice(0, end));
      if (event !== null) events.push(event);
      rest = rest.slice(end + (rest.startsWith('\r\n', end) ? 2 : 1));
    }
    this.#rest = rest;
    return events;
  }

  #line(line: string): SseEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#event = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.#pendingId = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    return null;
  }

  #dispatch(): SseEvent | null {
    this.lastEventId = this.#pendingId;
    const data = this.#data;
    const event = this.#event === '' ? 'message' : this.#event;
    this.#data = [];
    this.#event = '';
    if (data.length === 0) return null;
    return { event, data: data.join('\n'), lastEventId: this.lastEventId };
  }
}
