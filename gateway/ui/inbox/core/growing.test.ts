// The growing answer and its fence.

import { describe, expect, it } from 'vitest';
import { delta } from './fixtures';
import { OPEN_FENCE, withDelta, withEpoch, withoutGrowing } from './growing';

describe('an answer', () => {
  it('grows by offsets in bytes of UTF-8', () => {
    const first = withDelta(OPEN_FENCE, delta({ text: 'Grüße 👋' }));
    const bytes = new TextEncoder().encode('Grüße 👋').length;
    expect(withDelta(first, delta({ offset: bytes, text: '!' })).growing?.text).toBe('Grüße 👋!');
  });

  it('takes a piece that comes twice once', () => {
    const twice = [delta(), delta({ offset: 5, text: ' you' }), delta({ offset: 5, text: ' you' })].reduce(withDelta, OPEN_FENCE);
    expect(twice.growing?.text).toBe('Hello you');
  });

  it('that lacks a piece waits for its new beginning', () => {
    const gap = [delta(), delta({ offset: 9, text: 'lost' })].reduce(withDelta, OPEN_FENCE);
    expect(gap.growing?.text).toBe('Hello');
    expect(withDelta(gap, delta({ text: 'Hello again' })).growing?.text).toBe('Hello again');
  });

  it('whose beginning was missed shows nothing', () => expect(withDelta(OPEN_FENCE, delta({ offset: 4 })).growing).toBeNull());

  it('is replaced by a newer turn', () => {
    expect([delta(), delta({ turn_id: 'turn_2', text: 'Anew' })].reduce(withDelta, OPEN_FENCE).growing).toMatchObject({ turnId: 'turn_2', text: 'Anew' });
  });
});

describe('the fence', () => {
  it('lets no word of an older epoch through', () => {
    const fence = withEpoch(OPEN_FENCE, 3);
    expect(withDelta(fence, delta({ control_epoch: 2 })).growing).toBeNull();
  });

  it('takes away what was shown when control changes', () => expect(withEpoch(withDelta(OPEN_FENCE, delta()), 2).growing).toBeNull());
  it('leaves it when the same epoch is seen again', () => expect(withEpoch(withDelta(OPEN_FENCE, delta()), 1).growing).not.toBeNull());
  it('stays where it is when an answer is whole', () => expect(withoutGrowing(withDelta(OPEN_FENCE, delta({ control_epoch: 4 }))).epoch).toBe(4));
});
