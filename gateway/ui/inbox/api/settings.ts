// Routes of what a workspace is set to: assistants, knowledge, hours, canned responses, keys. Must not know the pages that change them.

import type {
  Assistant, CannedResponse, CannedScope, CurrentHours, HandoffAction, Hit, HoursChecked, Key, KnowledgeDocument, OfficeHours, Rendered,
} from './types';
import { call, everyPage, ifMatch } from './client';

interface Page {
  next_page_token?: string | null;
}

export const listAssistants = (): Promise<Assistant[]> =>
  everyPage<Page & { assistants: Assistant[] }, Assistant>('/v1/inbox/assistants', (page) => page.assistants);

export interface AssistantChange {
  name?: string;
  instructions?: string;
  handoff?: HandoffAction;
  allowed_sites?: string[];
}

export const changeAssistant = (id: string, change: AssistantChange, etag: string): Promise<Assistant> =>
  call('PATCH', `/v1/inbox/assistants/${encodeURIComponent(id)}`, { body: change, headers: ifMatch(etag) });
export const addAssistant = (requestId: string, name: string): Promise<Assistant> =>
  call('POST', '/v1/inbox/assistants', { body: { request_id: requestId, name } });

export interface DocumentPage extends Page {
  documents: KnowledgeDocument[];
}

export const listDocuments = (token: string | null): Promise<DocumentPage> =>
  call('GET', '/v1/inbox/knowledge', { query: { page_size: 50, page_token: token } });
export const addDocument = (body: { request_id: string; title: string; text: string; uri: string | null }): Promise<KnowledgeDocument> =>
  call('POST', '/v1/inbox/knowledge', { body });
export const removeDocument = (id: string): Promise<void> => call('DELETE', `/v1/inbox/knowledge/${encodeURIComponent(id)}`);
export async function searchKnowledge(query: string): Promise<Hit[]> {
  return (await call<{ hits: Hit[] }>('POST', '/v1/inbox/knowledge/search', { body: { query, limit: 10 } })).hits;
}

export const readHours = (): Promise<CurrentHours> => call('GET', '/v1/inbox/office-hours');
export const changeHours = (body: OfficeHours, etag: string): Promise<CurrentHours> =>
  call('PUT', '/v1/inbox/office-hours', { body, headers: ifMatch(etag) });
export const checkHours = (at: string | null): Promise<HoursChecked> =>
  call('GET', '/v1/inbox/office-hours/check', { query: { at_time: at } });

const CANNED = '/v1/inbox/canned-responses';
const canned = (id: string): string => `${CANNED}/${encodeURIComponent(id)}`;

export const listCanned = (): Promise<CannedResponse[]> =>
  everyPage<Page & { canned_responses: CannedResponse[] }, CannedResponse>(CANNED, (page) => page.canned_responses);

export interface CannedFields {
  shortcut: string;
  title: string;
  text: string;
}

export const addCanned = (requestId: string, scope: CannedScope, teamId: string | null, fields: CannedFields): Promise<CannedResponse> =>
  call('POST', CANNED, { body: { request_id: requestId, scope, ...(teamId ? { team_id: teamId } : {}), ...fields } });
export const changeCanned = (id: string, fields: CannedFields, etag: string): Promise<CannedResponse> =>
  call('PATCH', canned(id), { body: { ...fields, etag } });
export const removeCanned = (id: string, etag: string): Promise<void> => call('DELETE', canned(id), { query: { etag } });
export const renderCanned = (id: string, conversationId: string, values: Record<string, string>): Promise<Rendered> =>
  call('POST', `${canned(id)}/render`, { body: { conversation_id: conversationId, values } });

export async function listKeys(): Promise<Key[]> {
  return (await call<{ api_keys: Key[] }>('GET', '/v1/inbox/api-keys')).api_keys;
}
export const makeKey = (displayName: string, scopes: string[]): Promise<{ api_key: Key; secret: string }> =>
  call('POST', '/v1/inbox/api-keys', { body: { display_name: displayName, scopes } });
export const revokeKey = (id: string): Promise<Key> => call('POST', `/v1/inbox/api-keys/${encodeURIComponent(id)}/revoke`, { body: {} });
