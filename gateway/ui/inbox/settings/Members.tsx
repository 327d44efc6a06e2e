// The people on the staff: added, given roles, removed. Must not know the forms.

import { useState } from 'preact/hooks';
import { removeMember } from '../api/people';
import type { Member, Role } from '../api/types';
import { ROLES } from '../core/words';
import { Avatar } from '../parts/Avatar';
import { Button, IconButton } from '../parts/Button';
import { availabilities } from '../state/availability';
import { confirm } from '../state/confirm';
import { members, putMember } from '../state/directory';
import { may, myId } from '../state/session';
import { say, sayFailed } from '../state/toasts';
import { AddMemberDialog } from './AddMemberDialog';
import { Page } from './Page';
import { RolesDialog } from './RolesDialog';

export function Members() {
  const [adding, setAdding] = useState(false);
  const [changing, change] = useState<Member | null>(null);
  const all = [...members.value.values()].sort((a, b) => Number(b.active) - Number(a.active) || a.display_name.localeCompare(b.display_name));
  const aside = may('members:write') ? <Button icon="plus" onClick={() => setAdding(true)}>Add a member</Button> : null;
  return (
    <Page title="Members" about="The people on the staff, and what they may do." aside={aside}>
      <ul class="things">{all.map((member) => <Line key={member.id} member={member} change={() => change(member)} />)}</ul>
      {adding && <AddMemberDialog close={() => setAdding(false)} />}
      {changing && <RolesDialog member={changing} close={() => change(null)} />}
    </Page>
  );
}

function Line({ member, change }: { member: Member; change: () => void }) {
  const state = availabilities.value.get(member.id)?.state;
  return (
    <li class={`thing${member.active ? '' : ' gone'}`}>
      <Avatar name={member.display_name} id={member.id} />
      <div class="thing-main">
        <p class="thing-title">
          <bdi>{member.display_name}</bdi>
          {member.id === myId.value && <span class="tag">You</span>}
          {!member.active && <span class="tag">Removed</span>}
          {member.active && state && <span class="muted"><span class={`dot inline ${state}`} aria-hidden="true" />{state}</span>}
        </p>
        <p class="thing-text"><bdi>{member.email}</bdi> · {member.roles.filter((role): role is Role => role !== 'unknown').map((role) => ROLES[role]).join(', ')}</p>
      </div>
      {may('members:write') && member.active && (
        <>
          <Button small onClick={change}>Roles<span class="b-sr-only"> of {member.display_name}</span></Button>
          <IconButton icon="trash" label={`Remove ${member.display_name}`} onClick={() => void remove(member)} />
        </>
      )}
    </li>
  );
}

async function remove(member: Member): Promise<void> {
  const text = `${member.display_name} is signed out everywhere, and what they held goes back into the queue.`;
  if (!(await confirm({ title: 'Remove this member?', text, yes: 'Remove', danger: true }))) return;
  try {
    putMember(await removeMember(member.id));
    say('Member removed');
  } catch (error) {
    sayFailed(error);
  }
}
