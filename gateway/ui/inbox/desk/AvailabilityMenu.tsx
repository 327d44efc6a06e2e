// The member's own word on whether they take conversations, and how many. Must not know routing.

import { useState } from 'preact/hooks';
import type { AvailabilityState } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { TextField } from '../parts/Field';
import { Icon } from '../parts/Icon';
import { Menu } from '../parts/Menu';
import { own, sayAvailability } from '../state/availability';

const STATES: readonly { state: AvailabilityState; label: string; hint: string }[] = [
  { state: 'online', label: 'Online', hint: 'Takes conversations' },
  { state: 'busy', label: 'Busy', hint: 'Finishes, takes nothing new' },
  { state: 'away', label: 'Away', hint: 'Not at the desk' },
  { state: 'offline', label: 'Offline', hint: 'Not working' },
];

export function AvailabilityMenu() {
  const [asking, setAsking] = useState(false);
  const now = STATES.find(({ state }) => state === own.value?.state);
  const states = STATES.map(({ state, label, hint }) => ({
    label, hint, checked: now?.state === state, choose: () => void sayAvailability(state, null),
  }));
  const limit = own.value?.limit;
  const choices = [...states, { label: 'Limit…', hint: limit ? `${limit} conversations at once` : 'How many at once', choose: () => setAsking(true) }];
  return (
    <>
      <Menu label={`Availability: ${now?.label ?? 'not said yet'}`} className="button quiet" choices={choices}>
        <span class={`dot ${now?.state ?? 'offline'}`} aria-hidden="true" />
        <span class="wide-only" aria-hidden="true">{now?.label ?? 'Set availability'}</span>
        <Icon name="chevron" />
      </Menu>
      {asking && <LimitDialog close={() => setAsking(false)} />}
    </>
  );
}

function LimitDialog({ close }: { close: () => void }) {
  const [limit, setLimit] = useState(String(own.value?.limit ?? 5));
  const number = Number(limit);
  const error = Number.isInteger(number) && number >= 1 && number <= 100 ? undefined : 'A whole number from 1 to 100.';
  const submit = (event: Event): void => {
    event.preventDefault();
    if (error) return;
    void sayAvailability(stateNow(), number);
    close();
  };
  return (
    <Dialog title="How many at once?" close={close}>
      <form onSubmit={submit}>
        <TextField label="Conversations" type="number" value={limit} set={setLimit} error={error} hint="Routing never gives you more. What you take yourself is not counted against it." autofocus />
        <div class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary">Set</Button></div>
      </form>
    </Dialog>
  );
}

function stateNow(): AvailabilityState {
  return STATES.find(({ state }) => state === own.value?.state)?.state ?? 'online';
}
