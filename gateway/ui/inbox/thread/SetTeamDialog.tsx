// Says which team a conversation belongs to; who answers it stays as it is. Must not know how.

import { useState } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { SelectField } from '../parts/Field';
import { setTeam } from '../state/actions';
import { activeTeams } from '../state/directory';

export function SetTeamDialog({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const held = conversation.team_id ?? '';
  const [team, choose] = useState(held);
  const submit = (event: Event): void => {
    event.preventDefault();
    close();
    if (team !== held) void setTeam(conversation, team || null);
  };
  // An archived team can only be left.
  const archived = held !== '' && !activeTeams.value.some(({ id }) => id === held);
  const options = [
    { value: '', label: 'None' },
    ...(archived ? [{ value: held, label: 'The archived team' }] : []),
    ...activeTeams.value.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <Dialog title="Team" close={close}>
      <form onSubmit={submit}>
        <SelectField label="Team" value={team} set={choose} options={options} hint="Whoever answers goes on. To queue it for a team, hand it to that team instead." />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" disabled={team === held}>Set</Button></footer>
      </form>
    </Dialog>
  );
}
