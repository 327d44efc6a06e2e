// Routes of conversations: lists, threads, and what is done to them. Must not know what the answers are used for.

import type {
  Brief, Conversation, ConversationPage, Explanation, LedgerEntry, Message, MessagePage, Note, NotePage, Priority, ReadMark,
} from './types';
import type { View } from '../core/list';
import { call, everyPage } from './client';

const at = (id: string, rest = ''): string => `/v1/inbox/conversations/${encodeURIComponent(id)}${rest}`;

export function listConversations(view: View, pageSize: number, pageToken: string | null): Promise<ConversationPage> {
  const query = {
    view: view.kind === 'team' ? 'all' : view.kind,
    team_id: view.teamId,
    status: view.status,
    page_size: pageSize,
    page_token: pageToken,
  };
  return call('GET', '/v1/inbox/conversations', { query });
}

export const readConversation = (id: string): Promise<Conversation> => call('GET', at(id));

export const listMessages = (id: string, after: number, pageSize: number): Promise<MessagePage> =>
  call('GET', at(id, '/messages'), { query: { after, page_size: pageSize } });

export const listNotes = (id: string): Promise<Note[]> => everyPage<NotePage, Note>(at(id, '/notes'), (page) => page.notes);

export async function readMarks(id: string): Promise<ReadMark[]> {
  return (await call<{ read_marks: ReadMark[] }>('GET', at(id, '/read-marks'))).read_marks;
}

export const markRead = (id: string, sequence: number): Promise<ReadMark> =>
  call('POST', at(id, '/read'), { body: { sequence } });

export async function postReply(id: string, clientId: string, text: string, expected: number): Promise<Message> {
  const body = { client_message_id: clientId, text, expected_member_sequence: expected };
  return (await call<{ message: Message }>('POST', at(id, '/messages'), { body })).message;
}

export async function postNote(id: string, requestId: string, text: string): Promise<Note> {
  return (await call<{ note: Note }>('POST', at(id, '/notes'), { body: { request_id: requestId, text } })).note;
}

export const reportActivity = (id: string, activity: 'typing' | 'viewing' | 'idle'): Promise<void> =>
  call('POST', at(id, '/activity'), { body: { activity } });

export const makeBrief = (id: string): Promise<Brief> => call('POST', at(id, '/brief'), { body: {}, timeoutMs: 60_000 });

export const explainRouting = (id: string): Promise<Explanation> => call('GET', at(id, '/routing'));

export async function readLedger(id: string): Promise<LedgerEntry[]> {
  const query = { conversation_id: id, page_size: 100 };
  return (await call<{ entries: LedgerEntry[] }>('GET', '/v1/inbox/notification-ledger', { query })).entries;
}

export type Command = 'take-over' | 'resolve' | 'reopen' | 'unassign' | 'wake';

/** Every command says which assignment it was decided upon, so that it cannot undo what a colleague did a moment ago. */
export const command = (id: string, what: Command, version: number): Promise<Conversation> =>
  call('POST', at(id, `/${what}`), { body: { expected_assignment_version: version } });

export const handBack = (id: string, instruction: string | null, version: number): Promise<Conversation> =>
  call('POST', at(id, '/hand-back'), { body: { instruction, expected_assignment_version: version } });

export const handToTeam = (id: string, teamId: string | null, version: number): Promise<Conversation> =>
  call('POST', at(id, '/hand-to-team'), { body: { team_id: teamId, expected_assignment_version: version } });

export const setTeam = (id: string, teamId: string | null, version: number): Promise<Conversation> =>
  call('PUT', at(id, '/team'), { body: { team_id: teamId, expected_assignment_version: version } });

export const assign = (id: string, memberId: string, version: number): Promise<Conversation> =>
  call('POST', at(id, '/assign'), { body: { member_id: memberId, expected_assignment_version: version } });

export const snooze = (id: string, until: string | null, version: number): Promise<Conversation> =>
  call('POST', at(id, '/snooze'), { body: { until_time: until, expected_assignment_version: version } });

export const setPriority = (id: string, priority: Priority | null, reason: string | null): Promise<Conversation> =>
  call('PUT', at(id, '/priority'), { body: { priority, reason } });
