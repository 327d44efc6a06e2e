// Routes of notices and of how a member wants to hear of things. Must not know the bell.

import type { NoticePage, Preference } from './types';
import { call } from './client';

export const listNotices = (pageToken: string | null): Promise<NoticePage> =>
  call('GET', '/v1/inbox/notices', { query: { page_token: pageToken } });

export async function markNoticesRead(ids: string[] | null): Promise<number> {
  const body = ids ? { notice_ids: ids } : {};
  return (await call<{ unread_count: number }>('POST', '/v1/inbox/notices/read', { body })).unread_count;
}

export async function readPreferences(): Promise<Preference[]> {
  return (await call<{ preferences: Preference[] }>('GET', '/v1/inbox/notification-preferences')).preferences;
}

export const setPreferences = (preferences: Preference[]): Promise<unknown> =>
  call('PUT', '/v1/inbox/notification-preferences', { body: { preferences } });
