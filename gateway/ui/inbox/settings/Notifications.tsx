// How a member wants to hear of things: by kind and channel for the account, sound and desktop for this browser.
// Must not know how notices arrive.

import { useState } from 'preact/hooks';
import { readPreferences, setPreferences } from '../api/notices';
import type { Preference } from '../api/types';
import { isMissing } from '../core/refusals';
import { NOTICE_KINDS } from '../core/words';
import { Button } from '../parts/Button';
import { CheckField } from '../parts/Field';
import { Failed, Loading } from '../parts/States';
import { useLoaded } from '../side/useLoaded';
import { change, prefs } from '../state/prefs';
import { chime } from '../state/sound';
import { sayFailed } from '../state/toasts';
import { Page } from './Page';
import { SavingFault, useSaving } from './Saving';

export function Notifications() {
  const [loaded, reload] = useLoaded(readPreferences, '');
  const absent = loaded.state === 'failed' && isMissing(loaded.error);
  return (
    <Page title="Notifications" about="How you hear that you are needed.">
      <ThisBrowser />
      {loaded.state === 'loading' && <Loading says="Loading preferences" />}
      {loaded.state === 'failed' && !absent && <Failed error={loaded.error} again={reload} />}
      {absent && <p class="muted">This Baton sends no notifications yet.</p>}
      {loaded.state === 'loaded' && <Kinds held={loaded.value} />}
    </Page>
  );
}

function ThisBrowser() {
  return (
    <section class="group">
      <h2>In this browser</h2>
      <CheckField label="Sound" value={prefs.value.sound} set={(sound) => change({ sound })} hint="A short tone for new messages in your conversations, and for notices." />
      <CheckField label="Desktop notices" value={prefs.value.desktop} set={(on) => void allowDesktop(on)} hint="While this page is in the background." />
      <Button small onClick={() => chime('notice')}>Play the tone</Button>
    </section>
  );
}

/** The browser is asked only here, by a click. */
async function allowDesktop(on: boolean): Promise<void> {
  if (!on) return change({ desktop: false });
  if (typeof Notification === 'undefined') return sayFailed('This browser has no desktop notices.');
  const permission = await Notification.requestPermission();
  change({ desktop: permission === 'granted' });
  if (permission !== 'granted') sayFailed('The browser does not allow desktop notices here. Change it in the browser’s site settings.');
}

function Kinds({ held }: { held: Preference[] }) {
  const saving = useSaving();
  const [all, setAll] = useState(held);
  const set = (kind: Preference['kind'], part: Partial<Preference>): void => setAll(all.map((one) => (one.kind === kind ? { ...one, ...part } : one)));
  const submit = (event: Event): void => {
    event.preventDefault();
    void saving.run(() => setPreferences(all).then(() => undefined), 'Preferences saved');
  };
  return (
    <form class="group" onSubmit={submit}>
      <h2>For your account</h2>
      <table class="table">
        <thead><tr><th scope="col">What</th><th scope="col" class="mid">In the inbox</th><th scope="col" class="mid">E-mail</th></tr></thead>
        <tbody>
          {all.map((one) => {
            const name = NOTICE_KINDS[one.kind];
            return (
              <tr key={one.kind}>
                <td>{name}</td>
                <td class="mid"><input type="checkbox" aria-label={`${name}: in the inbox`} checked={one.in_app} onChange={(event) => set(one.kind, { in_app: event.currentTarget.checked })} /></td>
                <td class="mid"><input type="checkbox" aria-label={`${name}: by e-mail`} checked={one.email} onChange={(event) => set(one.kind, { email: event.currentTarget.checked })} /></td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <SavingFault saving={saving} />
      <footer class="page-foot"><Button type="submit" look="primary" busy={saving.busy}>Save</Button></footer>
    </form>
  );
}
