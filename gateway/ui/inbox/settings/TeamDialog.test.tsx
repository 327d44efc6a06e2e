// @vitest-environment happy-dom
// A team is saved in two steps; if the second one fails, trying again goes on from the first.

import { afterEach, expect, it, vi } from 'vitest';
import { Unreachable } from '../../shared/http';
import * as people from '../api/people';
import { doing, draw, found } from '../drawn';
import { me, member, team } from '../core/fixtures';
import { members } from '../state/directory';
import { session } from '../state/session';
import { TeamDialog } from './TeamDialog';

vi.mock('../api/people');

const billing = team('team_1', 'Billing');
const save = (): Promise<void> => doing(() => found('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));

afterEach(() => void vi.resetAllMocks());

it('the second try goes out under the state that the first one made', async () => {
  session.value = { phase: 'in', me: me() };
  members.value = new Map([['mem_2', member('mem_2', 'Eli')]]);
  vi.mocked(people.changeTeam).mockResolvedValueOnce({ ...billing, etag: 'e2' }).mockResolvedValueOnce({ ...billing, etag: 'e3' });
  vi.mocked(people.setTeamMembers).mockRejectedValueOnce(new Unreachable(null)).mockResolvedValueOnce({ ...billing, etag: 'e4', member_ids: ['mem_2'] });
  const close = vi.fn();
  await draw(<TeamDialog team={billing} close={close} />);
  await doing(() => found<HTMLInputElement>('input[type=checkbox]').click());
  await save();
  await vi.waitFor(() => expect(found('[role=alert]').textContent).toContain('cannot be reached'));
  expect(close).not.toHaveBeenCalled();
  await save();
  await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1));
  expect(vi.mocked(people.changeTeam).mock.calls.map(([, , etag]) => etag)).toEqual(['e1', 'e2']);
  expect(vi.mocked(people.setTeamMembers).mock.calls.map(([, , etag]) => etag)).toEqual(['e2', 'e3']);
});
