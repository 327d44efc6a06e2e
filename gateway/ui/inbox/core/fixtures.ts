// Things for tests, whole by default. Must not be known outside tests.

import type { Conversation, Delta, InboxEvent, Me, Member, Message, Note, Team } from '../api/types';
import type { Shelf } from './drafts';
import type { Job } from './outbox';

export function conversation(part: Partial<Conversation> = {}): Conversation {
  return {
    id: 'conv_1', assistant_id: 'asst_1', contact_id: 'cont_1', channel: 'web', external_id: null, origin: 'widget', status: 'open',
    control: 'ai', control_epoch: 1, assignment_version: 1, assignee_id: null, last_assignee_id: null, team_id: null, priority: null,
    priority_source: null, needs_agent_intervention: false, handoff: null, last_sequence: 1, revision: 1,
    create_time: '2026-11-22T10:00:00Z', last_activity_time: '2026-11-22T10:00:00Z', priority_reason: null, snoozed_until_time: null,
    brief: null, ...part,
  };
}

export function message(sequence: number, part: Partial<Message> = {}): Message {
  return {
    id: `msg_${sequence}`, conversation_id: 'conv_1', sequence, revision: sequence, author_kind: 'visitor', author_id: 'cont_1',
    text: `message ${sequence}`, client_message_id: null, control_epoch: 1, system_notice: null, sources: [], delivery_state: 'accepted',
    create_time: '2026-11-22T10:00:00Z', external_id: null, ...part,
  };
}

export function note(id: string, afterSequence: number, part: Partial<Note> = {}): Note {
  return {
    id, conversation_id: 'conv_1', after_sequence: afterSequence, revision: 1, author_id: 'mem_me', text: `note ${id}`,
    create_time: '2026-11-22T10:00:00Z', ...part,
  };
}

export function event(part: Partial<InboxEvent> = {}): InboxEvent {
  return { id: 'evt_1', kind: 'message_posted', conversation_id: 'conv_1', revision: 2, ...part };
}

export function delta(part: Partial<Delta> = {}): Delta {
  return { conversation_id: 'conv_1', control_epoch: 1, turn_id: 'turn_1', offset: 0, text: 'Hello', ...part };
}

export function me(part: Partial<Me> = {}): Me {
  return { member_id: 'mem_me', workspace_id: 'ws_1', display_name: 'Mia', scopes: ['conversations:read', 'conversations:write'], ...part };
}

export function job(id: string, part: Partial<Job> = {}): Job {
  return {
    id, memberId: 'mem_me', conversation: 'conv_1', kind: 'reply', text: `text ${id}`, at: Date.parse('2026-11-22T10:00:00Z'), seen: 0, revision: 1,
    state: 'waiting', error: null, ...part,
  };
}

export function member(id: string, display_name: string): Member {
  return { id, display_name, email: `${id}@example.org`, roles: ['agent'], active: true, revision: 1 };
}

export function team(id: string, name: string, part: Partial<Team> = {}): Team {
  return { id, name, description: '', color: 'teal', member_ids: [], archived: false, revision: 1, etag: 'e1', ...part };
}

/** A browser's storage. */
export class Memory implements Shelf {
  readonly kept = new Map<string, string>();
  get length(): number {
    return this.kept.size;
  }
  key = (at: number): string | null => [...this.kept.keys()][at] ?? null;
  getItem = (name: string): string | null => this.kept.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.kept.set(name, value);
  removeItem = (name: string): void => void this.kept.delete(name);
}
