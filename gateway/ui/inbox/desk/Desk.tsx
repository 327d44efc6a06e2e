// The desk: header, and below it the inbox or the settings. Holds the keys that work everywhere. Must not know what the panes show.

import { useEffect, useState } from 'preact/hooks';
import { Inbox } from './Inbox';
import { Header } from './Header';
import { ShortcutsDialog } from './ShortcutsDialog';
import { listenToKeys } from './keys';
import { StreamBanner } from './StreamBanner';
import { route } from '../state/router';
import { may } from '../state/session';
import { Settings } from '../settings/Settings';

/** By focus, not by address: the address says which conversation is open. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#thread, #page')?.focus();
}

export function Desk() {
  const [help, setHelp] = useState(false);
  const reads = may('conversations:read');
  const settings = route.value.page === 'settings' || !reads;
  useEffect(() => listenToKeys(() => setHelp(true)), []);
  return (
    <div class="desk">
      <a class="skip" href={settings ? '#page' : '#thread'} onClick={skip}>Skip to the {settings ? 'page' : 'conversation'}</a>
      <Header showShortcuts={() => setHelp(true)} />
      {reads && <StreamBanner />}
      {settings ? <Settings section={route.value.page === 'settings' ? route.value.section : null} /> : <Inbox />}
      {help && <ShortcutsDialog close={() => setHelp(false)} />}
    </div>
  );
}
