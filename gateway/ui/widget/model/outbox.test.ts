import { describe, expect, it } from 'vitest';
import { type OutboxEvent, type OutboxState, emptyOutbox, nextToSend, reduceOutbox, secondsToWait } from './outbox';

const play = (events: OutboxEvent[], from: OutboxState = emptyOutbox): OutboxState => events.reduce(reduceOutbox, from);
const written = (id: string, at: number): OutboxEvent => ({ type: 'written', id, text: `text ${id}`, at });
const two = play([written('a', 1), written('b', 2)]);

describe('the outbox', () => {
  it('sends one after the other, in order', () => {
    expect(nextToSend(two, 10)?.id).toBe('a');
    const sending = play([{ type: 'sending', id: 'a' }], two);
    expect(nextToSend(sending, 10)).toBeNull();
    expect(nextToSend(play([{ type: 'acknowledged', id: 'a' }], sending), 10)?.id).toBe('b');
  });

  it('tries the same one again after a failure, not before its time, and none before it', () => {
    const failed = play([{ type: 'sending', id: 'a' }, { type: 'failed', id: 'a', notBefore: 100, limited: false }], two);
    expect(nextToSend(failed, 99)).toBeNull();
    expect(nextToSend(failed, 100)).toMatchObject({ id: 'a', text: 'text a' });
    expect(failed.attempt).toBe(1);
  });

  it('lets the others pass one that was refused, and takes it up again when told to', () => {
    const refused = play([{ type: 'sending', id: 'a' }, { type: 'refused', id: 'a', reason: 'INVALID_FIELDS' }], two);
    expect(nextToSend(refused, 10)?.id).toBe('b');
    expect(nextToSend(play([{ type: 'retried', id: 'a' }], refused), 10)?.id).toBe('a');
    expect(play([{ type: 'discarded', id: 'a' }], refused).items.map(({ id }) => id)).toEqual(['b']);
  });

  it('goes on at once when the network is back, but keeps the wait that the gateway asked for', () => {
    const away = play([{ type: 'failed', id: 'a', notBefore: 1_000, limited: false }, { type: 'hurried' }], two);
    expect(nextToSend(away, 0)?.id).toBe('a');
    const limited = play([{ type: 'failed', id: 'a', notBefore: 1_000, limited: true }, { type: 'hurried' }], two);
    expect(nextToSend(limited, 0)).toBeNull();
    expect(nextToSend(limited, 1_000)?.id).toBe('a');
  });

  it('counts down only where there is a wait to tell about', () => {
    const limited = play([{ type: 'failed', id: 'a', notBefore: 4_000, limited: true }], two);
    expect([0, 3_001, 4_000, 9_000].map((now) => secondsToWait(limited, now))).toEqual([4, 1, 0, 0]);
    expect(secondsToWait(play([{ type: 'failed', id: 'a', notBefore: 4_000, limited: false }], two), 0)).toBe(0);
  });

  it('takes up what was kept, before what is written now, and nothing twice', () => {
    const kept = [{ id: 'b', text: 'text b', at: 2 }, { id: 'old', text: 'old', at: 0 }];
    expect(play([{ type: 'restored', items: kept }], two).items.map(({ id }) => id)).toEqual(['old', 'a', 'b']);
  });
});
