// The settings: those sections that the member's scopes open. Must not know what a section does.

import type { ComponentType } from 'preact';
import type { Section } from '../core/route';
import { Empty } from '../parts/States';
import { Icon, type IconName } from '../parts/Icon';
import { follow, view } from '../state/router';
import { may } from '../state/session';
import { Assistants } from './Assistants';
import { CannedResponses } from './CannedResponses';
import { Hours } from './Hours';
import { Keys } from './Keys';
import { Knowledge } from './Knowledge';
import { Members } from './Members';
import { Notifications } from './Notifications';
import { Teams } from './Teams';

interface Entry {
  section: Section;
  label: string;
  icon: IconName;
  /** Without it the section is not shown. */
  scope: string | null;
  page: ComponentType;
}

const ENTRIES: readonly Entry[] = [
  { section: 'assistants', label: 'Assistants', icon: 'bot', scope: 'assistants:read', page: Assistants },
  { section: 'knowledge', label: 'Knowledge', icon: 'book', scope: 'knowledge:read', page: Knowledge },
  { section: 'hours', label: 'Office hours', icon: 'clock', scope: 'routing:read', page: Hours },
  { section: 'teams', label: 'Teams', icon: 'team', scope: 'members:read', page: Teams },
  { section: 'members', label: 'Members', icon: 'people', scope: 'members:read', page: Members },
  { section: 'canned', label: 'Canned responses', icon: 'bolt', scope: 'conversations:read', page: CannedResponses },
  { section: 'keys', label: 'API keys', icon: 'key', scope: 'keys:write', page: Keys },
  { section: 'notifications', label: 'Notifications', icon: 'bell', scope: null, page: Notifications },
];

export function Settings({ section }: { section: Section | null }) {
  const entries = ENTRIES.filter(({ scope }) => !scope || may(scope));
  const shown = entries.find((entry) => entry.section === section) ?? (section ? null : entries[0]);
  return (
    <main id="main" class={`settings${section ? ' has-section' : ''}`}>
      <nav class="settings-nav" aria-label="Settings">
        {may('conversations:read') && <a class="back-link" {...follow({ page: 'inbox', view: view.value, conversation: null })}><Icon name="back" />Inbox</a>}
        <h1 class="phone-only settings-title">Settings</h1>
        <ul>
          {entries.map((entry) => (
            <li key={entry.section}>
              <a class="view-link" aria-current={entry === shown ? 'page' : undefined} {...follow({ page: 'settings', section: entry.section })}>
                <Icon name={entry.icon} /><span class="view-label">{entry.label}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <section id="page" class="settings-page" aria-label={shown?.label ?? 'Settings'} tabIndex={-1}>
        <a class="back-link phone-only" {...follow({ page: 'settings', section: null })}><Icon name="back" />All settings</a>
        {shown ? <shown.page /> : <Empty icon="cog" title="Not for your role">Ask an owner or an admin of the workspace.</Empty>}
      </section>
    </main>
  );
}
