// Queues a conversation for a team without taking it; the AI is silent from then on. Must not know how.

import { useState } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { SelectField } from '../parts/Field';
import { handToTeam } from '../state/actions';
import { activeTeams } from '../state/directory';

export function HandToTeamDialog({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const [team, setTeam] = useState(conversation.team_id ?? '');
  const submit = (event: Event): void => {
    event.preventDefault();
    close();
    void handToTeam(conversation, team || null);
  };
  const options = [{ value: '', label: 'Everyone' }, ...activeTeams.value.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <Dialog title="Hand to a team" close={close}>
      <form onSubmit={submit}>
        <SelectField label="Team" value={team} set={setTeam} options={options} hint="The AI stops answering, and a member of the team is looked for." />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary">Hand over</Button></footer>
      </form>
    </Dialog>
  );
}
