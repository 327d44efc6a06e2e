// @vitest-environment happy-dom
// The session: who leaves leaves nothing in the page, and what one may do is what the last answer said.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../../shared/http';
import * as client from '../api/client';
import * as people from '../api/people';
import { me } from '../core/fixtures';
import { may, renew, session, signOut, startSession } from './session';

vi.mock('../api/people');
vi.mock('../api/client');

const asked = vi.mocked(people.readMe);
let reloads = 0;

beforeEach(async () => {
  reloads = 0;
  vi.spyOn(location, 'reload').mockImplementation(() => void (reloads += 1));
  history.replaceState(null, '', '/inbox/c/conv_1?view=mine');
  asked.mockResolvedValue(me());
  await startSession();
});

afterEach(() => void vi.resetAllMocks());

describe('who signs out', () => {
  it('begins a page anew at the same address, and it is the sign-in page', async () => {
    await signOut();
    expect([reloads, session.value, location.pathname]).toEqual([1, { phase: 'leaving' }, '/inbox/c/conv_1']);
    asked.mockClear();
    await startSession();
    expect([session.value, asked.mock.calls.length]).toEqual([{ phase: 'out', ended: false }, 0]);
  });

  it('is asked for again with the next reload', async () => {
    await signOut();
    await startSession();
    await startSession();
    expect(session.value.phase).toBe('in');
  });
});

it('a session that is over is said to be over, and ends the page once', async () => {
  const end = vi.mocked(client.onSessionEnd).mock.calls.at(-1)?.[0];
  end?.();
  end?.();
  expect(reloads).toBe(1);
  await startSession();
  expect(session.value).toEqual({ phase: 'out', ended: true });
});

describe('who is asked after again', () => {
  it('may do what the answer says', async () => {
    asked.mockResolvedValue(me({ scopes: ['assistants:read'] }));
    expect(await renew()).toBe(true);
    expect([may('conversations:read'), may('assistants:read')]).toEqual([false, true]);
  });

  it('and may do the same as before is left alone', async () => {
    const before = session.value;
    expect(await renew()).toBe(false);
    expect(session.value).toBe(before);
  });

  it('and is somebody else by now begins a page of their own', async () => {
    asked.mockResolvedValue(me({ member_id: 'mem_other' }));
    await renew();
    expect([reloads, session.value]).toEqual([1, { phase: 'leaving' }]);
    await startSession();
    expect(session.value).toMatchObject({ phase: 'in', me: { member_id: 'mem_other' } });
  });

  it('and cannot be asked for stays', async () => {
    asked.mockRejectedValue(new Problem(503, { reason: 'UNAVAILABLE' }));
    await expect(renew()).rejects.toThrow();
    expect(session.value.phase).toBe('in');
  });
});
