// The teams of the workspace: made, changed, archived. Must not know the form.

import { useState } from 'preact/hooks';
import { archiveTeam } from '../api/people';
import type { Team } from '../api/types';
import { Button, IconButton } from '../parts/Button';
import { Empty } from '../parts/States';
import { confirm } from '../state/confirm';
import { loadTeams, memberName, putTeam, teams } from '../state/directory';
import { may } from '../state/session';
import { say, sayFailed } from '../state/toasts';
import { Page } from './Page';
import { TeamDialog } from './TeamDialog';

export function Teams() {
  const [editing, edit] = useState<Team | 'new' | null>(null);
  const all = [...teams.value.values()].sort((a, b) => Number(a.archived) - Number(b.archived) || a.name.localeCompare(b.name));
  const aside = may('members:write') ? <Button icon="plus" onClick={() => edit('new')}>New team</Button> : null;
  return (
    <Page title="Teams" about="Groups of members that conversations are handed to." aside={aside}>
      {all.length === 0 ? <Empty icon="team" title="No teams yet">Without teams, everybody is asked.</Empty> : (
        <ul class="things">{all.map((team) => <Line key={team.id} team={team} edit={() => edit(team)} />)}</ul>
      )}
      {editing && <TeamDialog team={editing === 'new' ? null : editing} close={() => edit(null)} />}
    </Page>
  );
}

function Line({ team, edit }: { team: Team; edit: () => void }) {
  const names = team.member_ids.map(memberName).join(', ');
  return (
    <li class={`thing${team.archived ? ' gone' : ''}`}>
      <span class={`team-dot team-${team.color}`} aria-hidden="true" />
      <div class="thing-main">
        <p class="thing-title"><bdi>{team.name}</bdi>{team.archived && <span class="tag">Archived</span>}</p>
        {team.description && <p class="thing-text"><bdi>{team.description}</bdi></p>}
        <p class="thing-text">{names ? <bdi>{names}</bdi> : 'Nobody belongs to it'}</p>
      </div>
      {may('members:write') && !team.archived && (
        <>
          <Button small onClick={edit}>Edit<span class="b-sr-only"> {team.name}</span></Button>
          <IconButton icon="trash" label={`Archive ${team.name}`} onClick={() => void archive(team)} />
        </>
      )}
    </li>
  );
}

async function archive(team: Team): Promise<void> {
  const text = `${team.name} can no longer be handed anything. This cannot be undone, and its name stays taken.`;
  if (!(await confirm({ title: 'Archive this team?', text, yes: 'Archive', danger: true }))) return;
  try {
    putTeam(await archiveTeam(team.id));
    say('Team archived');
  } catch (error) {
    sayFailed(error);
    await loadTeams().catch(() => undefined);
  }
}
