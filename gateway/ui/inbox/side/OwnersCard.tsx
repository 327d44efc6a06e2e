// Who is responsible, and which team. The two are independent. Must not know routing.

import type { Conversation } from '../api/types';
import { SelectField } from '../parts/Field';
import { candidates } from '../thread/AssignDialog';
import { assign, busy, setTeam, unassign } from '../state/actions';
import { activeTeams, memberName, teams } from '../state/directory';
import { may } from '../state/session';
import { Card } from './Card';

export function OwnersCard({ conversation }: { conversation: Conversation }) {
  const { assignee_id: assignee, team_id: team } = conversation;
  const fixed = !may('conversations:write') || busy.value === conversation.id || conversation.status === 'resolved';
  const give = (member: string): void => void (member ? assign(conversation, member) : unassign(conversation));
  return (
    <Card title="Responsible">
      <SelectField label="Assignee" value={assignee ?? ''} set={give} disabled={fixed} options={memberOptions(conversation)} hint={conversation.control === 'waiting' && assignee ? 'Asked, has not taken it yet' : undefined} />
      <SelectField label="Team" value={team ?? ''} set={(id) => void setTeam(conversation, id || null)} disabled={fixed} options={teamOptions(team)} />
    </Card>
  );
}

function memberOptions({ assignee_id: assignee, control }: Conversation): { value: string; label: string }[] {
  const nobody = { value: '', label: control === 'ai' ? 'Nobody (the AI answers)' : 'Nobody' };
  const all = candidates();
  // Whoever has it is shown, also if they may not be chosen again.
  const held = assignee && !all.some(({ value }) => value === assignee) ? [{ value: assignee, label: memberName(assignee) }] : [];
  return [nobody, ...held, ...all];
}

function teamOptions(team: string | null | undefined): { value: string; label: string }[] {
  const active = activeTeams.value.map(({ id, name }) => ({ value: id, label: name }));
  const held = team && !active.some(({ value }) => value === team) ? [{ value: team, label: `${teams.value.get(team)?.name ?? 'Team'} (archived)` }] : [];
  return [{ value: '', label: 'None' }, ...held, ...active];
}
