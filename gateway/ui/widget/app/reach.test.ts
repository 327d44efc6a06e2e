import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamState } from '../../shared/sse';
import { LOST_AFTER_MS, followReach } from './reach';

function setUp() {
  const [online, connection, now] = [signal(true), signal<StreamState>('connecting'), signal(Date.now())];
  const pass = (ms: number): void => {
    vi.advanceTimersByTime(ms);
    now.value = Date.now();
  };
  return { online, connection, pass, ...followReach({ online, connection, now }) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('whether the gateway can be reached', () => {
  it('is doubted after some seconds without an answer, whatever the network says of itself', () => {
    const { reach, connection, pass } = setUp();
    connection.value = 'waiting';
    pass(LOST_AFTER_MS);
    expect(reach.value).toBe('ok');
    pass(1);
    connection.value = 'connecting';
    expect(reach.value).toBe('lost');
    connection.value = 'live';
    expect(reach.value).toBe('ok');
  });

  it('is not doubted at once when a connection breaks that held for an hour, or one is taken up again', () => {
    for (const before of ['live', 'closed'] as const) {
      const { reach, connection, pass } = setUp();
      connection.value = before;
      pass(3_600_000);
      expect(reach.value).toBe('ok');
      connection.value = 'waiting';
      expect(reach.value).toBe('ok');
      pass(LOST_AFTER_MS + 1);
      expect(reach.value).toBe('lost');
    }
  });

  it('is not doubted where streams carry nothing and loads do', () => {
    const { reach, reached, connection, pass } = setUp();
    connection.value = 'silent';
    for (let n = 0; n < 10; n += 1) {
      pass(6_000);
      expect(reach.value).toBe('ok');
      reached();
    }
    pass(LOST_AFTER_MS + 1);
    expect(reach.value).toBe('lost');
  });

  it('is known to be no where there is no network', () => {
    const { reach, online } = setUp();
    online.value = false;
    expect(reach.value).toBe('offline');
  });
});
