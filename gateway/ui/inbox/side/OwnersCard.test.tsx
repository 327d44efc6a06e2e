// @vitest-environment happy-dom
// Who is responsible: nothing is given to anybody by walking through a list.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as api from '../api/conversations';
import { button, doing, draw, found } from '../drawn';
import { conversation, me, member, team } from '../core/fixtures';
import { members, teams } from '../state/directory';
import { session } from '../state/session';
import { OwnersCard } from './OwnersCard';

vi.mock('../api/conversations');
vi.mock('../api/people');

const about = conversation({ control: 'human', assignee_id: 'mem_me' });

async function choose(value: string): Promise<void> {
  await doing(() => {
    const list = found<HTMLSelectElement>('dialog select');
    list.value = value;
    list.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

beforeEach(async () => {
  session.value = { phase: 'in', me: me() };
  members.value = new Map([['mem_me', member('mem_me', 'Mia')], ['mem_2', member('mem_2', 'Eli')], ['mem_3', member('mem_3', 'Noa')]]);
  teams.value = new Map([['team_1', team('team_1', 'Billing')]]);
  vi.mocked(api.assign).mockResolvedValue(about);
  vi.mocked(api.setTeam).mockResolvedValue(about);
  await draw(<OwnersCard conversation={about} />);
});

afterEach(() => void vi.resetAllMocks());

it('the card itself has nothing that acts while one looks through it', () => {
  expect([document.querySelectorAll('select').length, found('.owners').textContent]).toEqual([0, expect.stringContaining('Mia')]);
});

it('the assignee changes when the dialog is confirmed, not before', async () => {
  await doing(() => button('Change… assignee').click());
  await choose('mem_2');
  await choose('mem_3');
  expect(api.assign).not.toHaveBeenCalled();
  await doing(() => button('Transfer').click());
  expect(vi.mocked(api.assign).mock.calls).toEqual([['conv_1', 'mem_3', 1]]);
});

it('so does the team', async () => {
  await doing(() => button('Change… team').click());
  await choose('team_1');
  expect(api.setTeam).not.toHaveBeenCalled();
  await doing(() => button('Set').click());
  expect(vi.mocked(api.setTeam).mock.calls).toEqual([['conv_1', 'team_1', 1]]);
});
