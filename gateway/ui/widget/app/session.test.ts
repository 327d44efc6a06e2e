import { describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '../../shared/problem';
import type { Session } from '../model/types';
import { NoSession, type Proof, SessionKeeper, type SessionOptions } from './session';
import { type Store, memoryStore } from './storage';

const refusal = (status = 401): Problem => new Problem(status, { reason: 'UNAUTHENTICATED' });

function setUp(answer: (proof: Proof, count: number) => Session, more: Partial<SessionOptions> = {}) {
  let now = Date.parse('2026-05-01T12:00:00Z');
  let count = 0;
  const secrets: Store = memoryStore();
  const open = vi.fn(async (proof: Proof) => answer(proof, (count += 1)));
  const beginning: Proof = { widget_key: 'wk_1' };
  const make = (): SessionKeeper => new SessionKeeper({ open, secrets, beginning, exclusively: (work) => work(), now: () => now, ...more });
  return { secrets, open, make, pass: (ms: number) => (now += ms) };
}

const session = (count: number, minutes = 15): Session => ({
  token: `token_${count}`,
  renewal_secret: `secret_${count}`,
  assistant_name: 'Robin',
  handoff_enabled: true,
  expires_at: new Date(Date.parse('2026-05-01T12:00:00Z') + minutes * 60_000).toISOString(),
});

describe('the session', () => {
  it('is opened once for all who ask at once, and kept while it is good', async () => {
    const { make, open } = setUp((_, count) => session(count));
    const keeper = make();
    expect(await Promise.all([keeper.token(), keeper.token()])).toEqual(['token_1', 'token_1']);
    expect(await keeper.token()).toBe('token_1');
    expect(open).toHaveBeenCalledOnce();
  });

  it('is renewed by its secret before it ends', async () => {
    const { make, open, pass, secrets } = setUp((_, count) => session(count, 15 * count));
    const keeper = make();
    await keeper.token();
    pass(14 * 60_000 + 1);
    expect(await keeper.token()).toBe('token_2');
    expect(open).toHaveBeenLastCalledWith({ renewal_secret: 'secret_1' });
    expect(secrets.get('secret')).toBe('secret_2');
  });

  it('goes on where an earlier visit left off', async () => {
    const { make, open, secrets } = setUp((_, count) => session(count));
    secrets.set('secret', 'kept');
    await make().token();
    expect(open).toHaveBeenCalledWith({ renewal_secret: 'kept' });
  });

  it('begins anew if the secret is no longer good', async () => {
    const { make, secrets } = setUp((proof, count) => {
      if ('renewal_secret' in proof) throw refusal();
      return session(count);
    });
    secrets.set('secret', 'old');
    expect(await make().token()).toBe('token_2');
    expect(secrets.get('secret')).toBe('secret_2');
  });

  it('does not forget the visitor because the network was away or the gateway busy', async () => {
    for (const error of [new Unreachable('x'), refusal(503), refusal(429)]) {
      const { make, secrets, open } = setUp(() => {
        throw error;
      });
      secrets.set('secret', 'kept');
      await expect(make().token()).rejects.toBe(error);
      expect(secrets.get('secret')).toBe('kept');
      expect(open).toHaveBeenCalledOnce();
    }
  });

  it('takes the secret that another tab has put there meanwhile', async () => {
    const made = setUp((proof, count) => {
      if ('renewal_secret' in proof && proof.renewal_secret === 'mine') {
        made.secrets.set('secret', 'theirs');
        throw refusal();
      }
      return session(count);
    });
    made.secrets.set('secret', 'mine');
    await made.make().token();
    expect(made.open).toHaveBeenLastCalledWith({ renewal_secret: 'theirs' });
  });

  it('goes on to the newest secret, however often others change it meanwhile', async () => {
    const changes = new Map([['mine', 'theirs'], ['theirs', 'newest']]);
    const made = setUp((proof, count) => {
      const next = 'renewal_secret' in proof ? changes.get(proof.renewal_secret) : undefined;
      if (next === undefined) return session(count);
      made.secrets.set('secret', next);
      throw refusal();
    });
    made.secrets.set('secret', 'mine');
    await made.make().token();
    expect(made.open).toHaveBeenLastCalledWith({ renewal_secret: 'newest' });
  });

  it('begins anew if what another tab has put there is no good either', async () => {
    const made = setUp((proof, count) => {
      if ('widget_key' in proof) return session(count);
      if ('renewal_secret' in proof && proof.renewal_secret === 'mine') made.secrets.set('secret', 'theirs');
      throw refusal();
    });
    made.secrets.set('secret', 'mine');
    expect(await made.make().token()).toBe('token_3');
  });

  it('forgets the visitor on no word but that of the service: not of a proxy, nor of a gateway that does not know the route', async () => {
    for (const error of [new Problem(403, {}), new Problem(401, {}), new Problem(404, { reason: 'NOT_FOUND' })]) {
      const { make, secrets, open } = setUp(() => {
        throw error;
      });
      secrets.set('secret', 'kept');
      await expect(make().token()).rejects.toBe(error);
      expect(secrets.get('secret')).toBe('kept');
      expect(open).toHaveBeenCalledOnce();
    }
  });

  it('replaces a token that was refused, once for all who were refused', async () => {
    const { make, open } = setUp((_, count) => session(count));
    const keeper = make();
    const token = await keeper.token();
    expect(await Promise.all([keeper.instead(token), keeper.instead(token)])).toEqual(['token_2', 'token_2']);
    expect(await keeper.instead(token)).toBe('token_2');
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('opens a link before anything that is kept, and opens it again, for it has no secret', async () => {
    const answer = (_: Proof, count: number): Session => ({ ...session(count, 15 * count), renewal_secret: null });
    const { make, open, secrets, pass } = setUp(answer, { beginning: { resume_link: 'link' } });
    secrets.set('secret', 'of somebody else');
    const keeper = make();
    await keeper.token();
    pass(14 * 60_000 + 1);
    await keeper.token();
    expect(open.mock.calls).toEqual([[{ resume_link: 'link' }], [{ resume_link: 'link' }]]);
    expect(secrets.get('secret')).toBe('of somebody else');
  });

  it('says so when there is no way in', async () => {
    const refused = setUp(() => {
      throw refusal(404);
    });
    await expect(refused.make().token()).rejects.toBeInstanceOf(NoSession);
    const without = setUp((_, count) => session(count), { beginning: null });
    await expect(without.make().token()).rejects.toBeInstanceOf(NoSession);
  });
});
