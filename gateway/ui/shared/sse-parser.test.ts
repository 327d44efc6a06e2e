import { describe, expect, it } from 'vitest';
import { SseParser } from './sse-parser';

const whole = 'id: a1\nevent: message\ndata: {"x":1}\n\n: alive\nid: a2\n\nretry: 2000\ndata: one\ndata: two\n\n';

describe('the parser of server-sent events', () => {
  it('reads events, comments, places and the time to come back', () => {
    const parser = new SseParser();
    expect(parser.push(whole)).toEqual([
      { event: 'message', data: '{"x":1}', lastEventId: 'a1' },
      { event: 'message', data: 'one\ntwo', lastEventId: 'a2' },
    ]);
    expect(parser.retryMs).toBe(2000);
  });

  it('reads the same however the text is cut', () => {
    const expected = new SseParser().push(whole);
    for (const text of [whole, whole.replaceAll('\n', '\r\n'), whole.replaceAll('\n', '\r')]) {
      for (let size = 1; size < 9; size += 1) {
        const parser = new SseParser();
        const events = [];
        for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
        // A CR at the very end may be half of a CRLF.
        events.push(...parser.push('\n'));
        expect(events).toEqual(expected);
      }
    }
  });

  it('moves the place along by a heartbeat without an event', () => {
    const parser = new SseParser('a0');
    expect(parser.push(': alive\nid: a9\n\n')).toEqual([]);
    expect(parser.lastEventId).toBe('a9');
  });

  it('does not take a place from a block that is not complete', () => {
    const parser = new SseParser('a0');
    parser.push('id: a1\ndata: x\n');
    expect(parser.lastEventId).toBe('a0');
  });

  it('ignores what the standard tells it to ignore', () => {
    const parser = new SseParser('a0');
    expect(parser.push('\uFEFFid: b\0c\nretry: soon\nnonsense: 1\ndata\n\n')).toEqual([{ event: 'message', data: '', lastEventId: 'a0' }]);
    expect(parser.retryMs).toBeNull();
  });
});
