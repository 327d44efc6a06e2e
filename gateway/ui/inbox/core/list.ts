// The conversations a tab knows, and which of them a view shows. Pure: takes pages and events, gives new maps.
// Must not know where either comes from, nor how a row looks.

import type { Conversation, ConversationState, InboxEvent, Status } from '../api/types';

export type Held = ReadonlyMap<string, Conversation>;

export type ViewKind = 'needs_intervention' | 'mine' | 'unassigned' | 'all' | 'team';

export interface View {
  kind: ViewKind;
  /** Only with the kind `team`. */
  teamId?: string;
  /** Only this status; absent for any. */
  status?: Status;
}

/** One text for each view, to keep its paging under. */
export function viewKey(view: View): string {
  return [view.kind, view.teamId ?? '', view.status ?? ''].join('|');
}

/** What of a conversation decides in which views it is; a change's `state` tells it too. */
export type Placed = Pick<ConversationState, 'status' | 'control' | 'assignee_id' | 'team_id'>;

export function belongs(conversation: Placed, view: View, me: string): boolean {
  if (view.status && conversation.status !== view.status) return false;
  switch (view.kind) {
    case 'needs_intervention':
      return conversation.control === 'waiting';
    case 'mine':
      return conversation.assignee_id === me;
    case 'unassigned':
      return conversation.status === 'open' && !conversation.assignee_id;
    case 'team':
      return conversation.team_id === view.teamId;
    case 'all':
      return true;
  }
}

/** The newer of the two. Lists leave the brief out, so that of the older one is kept. */
export function newer(held: Conversation | undefined, incoming: Conversation): Conversation {
  if (!held) return incoming;
  if (incoming.revision < held.revision) return held;
  return { ...incoming, brief: incoming.brief ?? held.brief ?? null };
}

/** The held conversations after a page. */
export function withPage(held: Held, page: readonly Conversation[]): Held {
  const next = new Map(held);
  for (const conversation of page) next.set(conversation.id, newer(next.get(conversation.id), conversation));
  return next;
}

/** What became of an event: applied, older than what is held, or about a conversation that has to be loaded. */
export type Applied =
  | { outcome: 'changed'; conversation: Conversation; reload: boolean }
  | { outcome: 'old' }
  | { outcome: 'unknown' };

/** Kinds after which something is left unsaid by the event (a reason, a time) and the conversation is read again. */
const TOLD_IN_PART: ReadonlySet<string> = new Set(['priority_changed', 'status_changed']);

export function applyEvent(held: Conversation | undefined, event: InboxEvent): Applied {
  if (!held) return { outcome: 'unknown' };
  if (event.revision <= held.revision) return { outcome: 'old' };
  const conversation = { ...held, ...told(held, event), revision: event.revision };
  return { outcome: 'changed', conversation, reload: TOLD_IN_PART.has(event.kind) };
}

function told(held: Conversation, event: InboxEvent): Partial<Conversation> {
  if (event.state) return fromState(held, event.state);
  if (event.message) {
    return {
      last_sequence: Math.max(held.last_sequence, event.message.sequence),
      last_activity_time: event.message.create_time ?? held.last_activity_time ?? null,
    };
  }
  if (event.brief) return { brief: event.brief };
  return {};
}

function fromState(held: Conversation, state: ConversationState): Partial<Conversation> {
  return {
    assistant_id: state.assistant_id,
    contact_id: state.contact_id,
    status: state.status,
    control: state.control,
    control_epoch: state.control_epoch,
    assignment_version: state.assignment_version,
    assignee_id: state.assignee_id ?? null,
    team_id: state.team_id ?? null,
    last_assignee_id: state.last_assignee_id ?? null,
    priority: state.priority ?? null,
    priority_source: state.priority_source ?? null,
    // A change that has nothing to do with a handoff may leave it out; the last one stays readable.
    handoff: state.handoff ?? held.handoff ?? null,
    needs_agent_intervention: state.control === 'waiting',
    last_sequence: Math.max(held.last_sequence, state.last_sequence),
  };
}

const URGENCY: Record<string, number> = { urgent: 4, high: 3, medium: 2, low: 1 };

/** The rows of a view. Whoever waits is shown as routing serves them (urgency, then the longest wait), the rest by last activity. */
export function rows(held: Held, view: View, me: string): Conversation[] {
  const shown = [...held.values()].filter((conversation) => belongs(conversation, view, me));
  return shown.sort(view.kind === 'needs_intervention' ? byNeed : byActivity);
}

function byNeed(a: Conversation, b: Conversation): number {
  const urgency = (URGENCY[b.priority ?? ''] ?? 0) - (URGENCY[a.priority ?? ''] ?? 0);
  return urgency || time(waitingSince(a)) - time(waitingSince(b)) || a.id.localeCompare(b.id);
}

function byActivity(a: Conversation, b: Conversation): number {
  return time(activeSince(b)) - time(activeSince(a)) || b.id.localeCompare(a.id);
}

export function waitingSince(conversation: Conversation): string | null {
  return conversation.handoff?.waiting_since_time ?? conversation.handoff?.create_time ?? activeSince(conversation);
}

function activeSince(conversation: Conversation): string | null {
  return conversation.last_activity_time ?? conversation.create_time ?? null;
}

function time(text: string | null): number {
  return text ? Date.parse(text) : 0;
}

/** The neighbour of a conversation in a list, for j and k; the first one if it is not in the list. */
export function neighbour(list: readonly Conversation[], current: string | null, step: 1 | -1): string | null {
  const place = list.findIndex((conversation) => conversation.id === current);
  const next = place < 0 ? list[0] : list[place + step];
  return next?.id ?? null;
}
