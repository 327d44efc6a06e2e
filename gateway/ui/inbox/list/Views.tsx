// The views of the list, with their numbers where they are known. Must not know rows.

import { COUNTED, countOf } from '../state/lists';
import { activeTeams } from '../state/directory';
import { type View, viewKey } from '../core/list';
import { Icon, type IconName } from '../parts/Icon';
import { follow, view } from '../state/router';

const VIEWS: readonly { view: View; label: string; icon: IconName }[] = [
  { view: { kind: 'needs_intervention' }, label: 'Needs a person', icon: 'hand' },
  { view: { kind: 'mine', status: 'open' }, label: 'Mine', icon: 'person' },
  { view: { kind: 'unassigned' }, label: 'Unassigned', icon: 'inbox' },
  { view: { kind: 'all', status: 'open' }, label: 'All', icon: 'team' },
];

export function viewLabel(shown: View): string {
  if (shown.kind === 'team') return activeTeams.value.find((team) => team.id === shown.teamId)?.name ?? 'Team';
  return VIEWS.find((one) => one.view.kind === shown.kind)?.label ?? 'Conversations';
}

export function Views() {
  return (
    <nav class="views" aria-label="Views">
      <ul>
        {VIEWS.map((one) => (
          <li key={one.label}><ViewLink view={one.view} label={one.label}><Icon name={one.icon} /></ViewLink></li>
        ))}
      </ul>
      {activeTeams.value.length > 0 && <h2 class="views-title">Teams</h2>}
      <ul>
        {activeTeams.value.map((team) => (
          <li key={team.id}>
            <ViewLink view={{ kind: 'team', teamId: team.id, status: 'open' }} label={team.name}>
              <span class={`team-dot team-${team.color}`} aria-hidden="true" />
            </ViewLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ViewLink({ view: to, label, children }: { view: View; label: string; children: preact.ComponentChildren }) {
  const shown = view.value.kind === to.kind && view.value.teamId === to.teamId;
  const counted = COUNTED.some((one) => viewKey(one) === viewKey(to)) ? countOf(to) : null;
  return (
    <a class="view-link" aria-current={shown ? 'page' : undefined} {...follow({ page: 'inbox', view: to, conversation: null })}>
      {children}
      <span class="view-label"><bdi>{label}</bdi></span>
      {counted && counted.count > 0 && (
        <span class={`view-count${to.kind === 'needs_intervention' ? ' hot' : ''}`}>{counted.count}{counted.more ? '+' : ''}</span>
      )}
    </a>
  );
}
