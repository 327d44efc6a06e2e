// @vitest-environment happy-dom
// Signing in too often: what is said while one waits, and after.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../../shared/http';
import { doing, draw, found } from '../drawn';
import * as session from '../state/session';
import { SignIn } from './SignIn';

vi.mock('../state/session', () => ({ signIn: vi.fn(), remembered: () => ({ workspace: 'demo', email: 'a@b.example' }) }));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('when the wait is over that is said calmly, as no fault', async () => {
  vi.mocked(session.signIn).mockRejectedValue(new Problem(429, { reason: 'RATE_LIMITED', retry_after: 1 }));
  await draw(<SignIn ended={false} />);
  await doing(() => found('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
  expect(found('[role=alert]').textContent).toContain('Too many tries. You can try again in 1 s.');
  await doing(() => vi.advanceTimersByTime(1_000));
  expect(document.querySelector('.banner.danger, [role=alert]')).toBeNull();
  expect(found('.banner[role=status]').textContent).toContain('You can try again now.');
});
