// One team: name, colour, members. Two changes of the API, the second under the state that the first one made. Must not know the list.

import { useId, useRef, useState } from 'preact/hooks';
import { newId } from '../../shared/ids';
import { addTeam, changeTeam, setTeamMembers, type TeamFields } from '../api/people';
import type { Team, TeamColor } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { CheckField, TextField } from '../parts/Field';
import { activeMembers, loadTeams, putTeam } from '../state/directory';
import { SavingFault, useSaving } from './Saving';

const COLORS: readonly TeamColor[] = ['gray', 'red', 'orange', 'amber', 'lime', 'green', 'teal', 'cyan', 'blue', 'indigo', 'purple', 'pink'];

export function TeamDialog({ team, close }: { team: Team | null; close: () => void }) {
  const saving = useSaving();
  const [requestId] = useState(newId);
  const [name, setName] = useState(team?.name ?? '');
  const [description, setDescription] = useState(team?.description ?? '');
  const [color, setColor] = useState<TeamColor>(COLORS.find((one) => one === team?.color) ?? 'teal');
  // How far saving has come: its second step fails under the state that the first one made, and is tried again from there.
  const saved = useRef(team);
  const [chosen, choose] = useState<readonly string[]>(team?.member_ids ?? []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const fields: TeamFields = { name: name.trim(), description: description.trim(), color };
    const { current } = saved;
    const save = current ? () => change(current, fields, chosen, (step) => (saved.current = step)) : () => addTeam(requestId, fields, [...chosen]).then(putTeam);
    if (await saving.run(save, 'Team saved')) close();
  };
  const toggle = (id: string, on: boolean): void => choose(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  // A newer state cannot be mixed into this form; it is shown when the dialog is opened again.
  const reload = (): void => void loadTeams().then(close, close);
  return (
    <Dialog title={team ? `Edit ${team.name}` : 'New team'} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <SavingFault saving={saving} reload={reload} />
        <TextField label="Name" value={name} set={setName} required maxLength={60} error={saving.fieldError('name')} autofocus />
        <TextField label="What it is for (optional)" value={description} set={setDescription} maxLength={250} />
        <Swatches color={color} set={setColor} />
        <fieldset class="checks">
          <legend>Members</legend>
          {activeMembers.value.map((member) => (
            <CheckField key={member.id} label={member.display_name} value={chosen.includes(member.id)} set={(on) => toggle(member.id, on)} />
          ))}
        </fieldset>
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" busy={saving.busy}>Save</Button></footer>
      </form>
    </Dialog>
  );
}

async function change(team: Team, fields: TeamFields, members: readonly string[], step: (now: Team) => void): Promise<void> {
  const take = (now: Team): void => {
    step(now);
    putTeam(now);
  };
  const changed = await changeTeam(team.id, fields, team.etag);
  take(changed);
  const same = members.length === changed.member_ids.length && members.every((id) => changed.member_ids.includes(id));
  if (!same) take(await setTeamMembers(team.id, [...members], changed.etag));
}

function Swatches({ color, set }: { color: TeamColor; set: (color: TeamColor) => void }) {
  const group = useId();
  return (
    <fieldset class="swatches">
      <legend>Colour</legend>
      {COLORS.map((one) => (
        <label key={one} class={`swatch team-${one}`} title={one}>
          <input type="radio" name={group} aria-label={one} checked={one === color} onChange={() => set(one)} />
          <span aria-hidden="true" />
        </label>
      ))}
    </fieldset>
  );
}
