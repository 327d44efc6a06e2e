// Addresses of the inbox: what they mean and how they are written. Pure. Must not know the browser's history.

import type { Status } from '../api/types';
import type { View, ViewKind } from './list';

export type Section =
  | 'assistants' | 'knowledge' | 'hours' | 'teams' | 'members' | 'canned' | 'keys' | 'notifications';

export const SECTIONS: readonly Section[] = [
  'assistants', 'knowledge', 'hours', 'teams', 'members', 'canned', 'keys', 'notifications',
];

export type Route =
  | { page: 'inbox'; view: View; conversation: string | null }
  | { page: 'settings'; section: Section | null };

export const BASE = '/inbox';

const KINDS: readonly ViewKind[] = ['needs_intervention', 'mine', 'unassigned', 'all', 'team'];
const STATUSES: readonly Status[] = ['open', 'snoozed', 'resolved'];

export function parseRoute(path: string, search: string): Route {
  const parts = path.replace(/^\/inbox/, '').split('/').filter(Boolean);
  if (parts[0] === 'settings') return { page: 'settings', section: SECTIONS.find((one) => one === parts[1]) ?? null };
  const conversation = parts[0] === 'c' && parts[1] ? decoded(parts[1]) : null;
  return { page: 'inbox', view: parseView(new URLSearchParams(search)), conversation };
}

/** A broken escape is no id of anything, and is said to be none by whoever looks for it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parseView(query: URLSearchParams): View {
  const teamId = query.get('team');
  const kind = KINDS.find((one) => one === query.get('view')) ?? (teamId ? 'team' : 'needs_intervention');
  if (kind === 'team' && !teamId) return { kind: 'all', status: 'open' };
  const view: View = { kind };
  if (kind === 'team' && teamId) view.teamId = teamId;
  const status = filterable(kind) ? parseStatus(query.get('status')) : undefined;
  if (status) view.status = status;
  return view;
}

/** Whether a view can be narrowed by status; those of the queue are open by nature. */
export const filterable = (kind: ViewKind): boolean => kind !== 'needs_intervention' && kind !== 'unassigned';

/** Open unless something else is asked for. */
function parseStatus(text: string | null): Status | undefined {
  if (text === 'any') return undefined;
  return STATUSES.find((one) => one === text) ?? 'open';
}

export function formatRoute(route: Route): string {
  if (route.page === 'settings') return `${BASE}/settings${route.section ? `/${route.section}` : ''}`;
  const path = route.conversation ? `${BASE}/c/${encodeURIComponent(route.conversation)}` : BASE;
  return `${path}?${formatView(route.view)}`;
}

function formatView(view: View): string {
  const query = new URLSearchParams({ view: view.kind });
  if (view.teamId) query.set('team', view.teamId);
  if (filterable(view.kind) && view.status !== 'open') query.set('status', view.status ?? 'any');
  return query.toString();
}
