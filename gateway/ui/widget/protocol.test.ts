import { describe, expect, it } from 'vitest';
import { envelope, hear, originsOf, readEnvelope } from './protocol';

const frame = { name: 'the iframe' };
const origin = 'https://baton.example';

describe('who is believed', () => {
  const good = { data: envelope({ type: 'close' }), origin, source: frame };

  it('only this window of exactly this origin', () => {
    expect(hear(good, frame, [origin])).toEqual({ type: 'close' });
    for (const wrong of ['https://baton.example.evil.example', 'http://baton.example', 'https://baton.example:444', 'https://BATON.example', 'null', '']) {
      expect(hear({ ...good, origin: wrong }, frame, [origin])).toBeNull();
    }
    expect(hear({ ...good, source: { name: 'another window' } }, frame, [origin])).toBeNull();
    expect(hear({ ...good, source: null }, null, [origin])).toBeNull();
    expect(hear({ ...good, source: undefined }, undefined, [origin])).toBeNull();
    expect(hear(good, frame, [])).toBeNull();
  });

  it('only the origins that the gateway lists, and our own', () => {
    expect(originsOf('https://a.example  http://b.example:8080\nhttps://a.example', origin)).toEqual([origin, 'https://a.example', 'http://b.example:8080']);
    expect(originsOf('', origin)).toEqual([origin]);
    expect(originsOf('* null https://*.example https://a.example/path https://A.example a.example javascript:alert(1) data:,x', origin)).toEqual([origin]);
  });
});

describe('what is understood', () => {
  it('the messages there are, without anything else they carry', () => {
    expect(readEnvelope({ baton: 1, type: 'close', extra: 1 })).toEqual({ type: 'close' });
    expect(readEnvelope({ baton: 1, type: 'open', byHand: true, extra: 1 })).toEqual({ type: 'open', byHand: true });
    expect(readEnvelope({ baton: 1, type: 'enter', at: 'last', extra: 1 })).toEqual({ type: 'enter', at: 'last' });
    expect(readEnvelope({ baton: 1, type: 'unread', count: 3, html: '<b>' })).toEqual({ type: 'unread', count: 3 });
  });

  it('an `open` of a loader that does not say by whose hand yet: such a loader has left the focus to the frame', () => {
    expect(readEnvelope({ baton: 1, type: 'open' })).toEqual({ type: 'open', byHand: true });
  });

  it.each([
    null, undefined, 1, 'open', [], {}, { type: 'open' }, { baton: 2, type: 'open' }, { baton: '1', type: 'open' }, { baton: 1 },
    { baton: 1, type: 'open', byHand: 1 }, { baton: 1, type: 'open', byHand: undefined }, { baton: 1, type: 'open', byHand: null }, { baton: 1, type: 'enter' }, { baton: 1, type: 'enter', at: 'middle' },
    { baton: 1, type: 'toString' }, { baton: 1, type: ['open'] }, { baton: 1, type: 'unread' }, { baton: 1, type: 'unread', count: '3' },
    { baton: 1, type: 'unread', count: -1 }, { baton: 1, type: 'unread', count: 1.5 }, { baton: 1, type: 'unread', count: NaN },
    { baton: 1, type: 'unread', count: Infinity }, { baton: 1, type: 'unread', count: 1e9 },
  ])('nothing else: %j', (data) => expect(readEnvelope(data)).toBeNull());
});
