// The bar above everything: brand, own availability, notices, settings, account. Must not know the panes below.

import { Icon } from '../parts/Icon';
import { Menu } from '../parts/Menu';
import { Avatar } from '../parts/Avatar';
import { memberName } from '../state/directory';
import { change, prefs, type Prefs } from '../state/prefs';
import { follow, route, view } from '../state/router';
import { may, myId, signOut } from '../state/session';
import { sayFailed } from '../state/toasts';
import { AvailabilityMenu } from './AvailabilityMenu';
import { Bell } from './Bell';

export function Header({ showShortcuts }: { showShortcuts: () => void }) {
  const settings = route.value.page === 'settings';
  return (
    <header class="header">
      <a class="brand" {...follow({ page: 'inbox', view: view.value, conversation: null })}>
        <span class="brand-mark" aria-hidden="true" />Baton
      </a>
      <span class="header-space" />
      {may('conversations:write') && <AvailabilityMenu />}
      <Bell />
      <a class="icon-button" aria-label="Settings" title="Settings" aria-current={settings ? 'page' : undefined} {...follow({ page: 'settings', section: null })}>
        <Icon name="cog" />
      </a>
      <Account showShortcuts={showShortcuts} />
    </header>
  );
}

const THEMES: readonly { theme: Prefs['theme']; label: string }[] = [
  { theme: 'system', label: 'Colours of the system' },
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
];

function Account({ showShortcuts }: { showShortcuts: () => void }) {
  const name = memberName(myId.value);
  const themes = THEMES.map(({ theme, label }) => ({ label, checked: prefs.value.theme === theme, choose: () => change({ theme }) }));
  const choices = [
    ...themes,
    { label: 'Keyboard shortcuts', choose: showShortcuts },
    { label: 'Sign out', choose: () => void signOut().catch(sayFailed) },
  ];
  return (
    <Menu label={`Account of ${name}`} className="face-button" choices={choices}>
      <Avatar name={name} id={myId.value} />
    </Menu>
  );
}
