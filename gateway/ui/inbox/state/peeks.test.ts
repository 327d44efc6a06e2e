// @vitest-environment happy-dom
// Last words and lazy reads: kept for what was looked at of late, not for all that a stream ever told.

import { expect, it, vi } from 'vitest';
import { message } from '../core/fixtures';
import { hearMessage, hearRead, readUpTo, speakers } from './peeks';
import { LazyReads } from './queue';

it('a stream that runs for weeks fills no memory', () => {
  for (let i = 0; i < 3_000; i += 1) {
    hearMessage(message(1, { conversation_id: `c${i}` }));
    hearRead(`c${i}`, 1);
  }
  expect([speakers.value.size, readUpTo.value.size, speakers.value.has('c2999'), speakers.value.has('c0')]).toEqual([1_000, 1_000, true, false]);
});

it('what was asked for so long ago is asked for again', async () => {
  const read = vi.fn(async () => undefined);
  const reads = new LazyReads(read, 1);
  for (let i = 0; i < 2_001; i += 1) reads.want(`c${i}`);
  reads.want('c2000');
  reads.want('c0');
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2_002));
});
