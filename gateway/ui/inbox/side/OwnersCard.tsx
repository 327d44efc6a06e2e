// Who is responsible, and which team. The two are independent, and each is changed in a dialog of its own: a list that acts on every arrow
// key gives a conversation to whoever is passed on the way. Must not know routing.

import { useState } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { Button } from '../parts/Button';
import { busy } from '../state/actions';
import { memberName, teams } from '../state/directory';
import { may } from '../state/session';
import { AssignDialog } from '../thread/AssignDialog';
import { SetTeamDialog } from '../thread/SetTeamDialog';
import { Card } from './Card';

export function OwnersCard({ conversation }: { conversation: Conversation }) {
  const [changing, change] = useState<'assignee' | 'team' | null>(null);
  const close = (): void => change(null);
  const fixed = busy.value === conversation.id || conversation.status === 'resolved';
  const asked = conversation.control === 'waiting' && conversation.assignee_id;
  return (
    <Card title="Responsible">
      <dl class="facts owners">
        <Owner label="Assignee" says={assigneeOf(conversation)} hint={asked ? 'Asked, has not taken it yet' : null} fixed={fixed} change={() => change('assignee')} />
        <Owner label="Team" says={teamOf(conversation)} hint={null} fixed={fixed} change={() => change('team')} />
      </dl>
      {changing === 'assignee' && <AssignDialog conversation={conversation} close={close} />}
      {changing === 'team' && <SetTeamDialog conversation={conversation} close={close} />}
    </Card>
  );
}

interface OwnerProps {
  label: string;
  says: string;
  hint: string | null;
  fixed: boolean;
  change: () => void;
}

function Owner({ label, says, hint, fixed, change }: OwnerProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span><bdi>{says}</bdi>{hint && <span class="field-hint">{hint}</span>}</span>
        {may('conversations:write') && <Button small look="quiet" disabled={fixed} onClick={change}>Change…<span class="b-sr-only"> {label.toLowerCase()}</span></Button>}
      </dd>
    </div>
  );
}

function assigneeOf({ assignee_id: assignee, control }: Conversation): string {
  if (assignee) return memberName(assignee);
  return control === 'ai' ? 'Nobody (the AI answers)' : 'Nobody';
}

function teamOf({ team_id: id }: Conversation): string {
  const team = teams.value.get(id ?? '');
  if (!id) return 'None';
  return team?.archived ? `${team.name} (archived)` : (team?.name ?? 'Team');
}
