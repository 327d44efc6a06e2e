// Routes of people: who is signed in, members, teams, contacts, availability. Must not know what the answers are used for.

import type { Availability, AvailabilityState, Contact, Me, Member, Role, Team, TeamColor } from './types';
import { call, everyPage, ifMatch } from './client';

export interface Credentials {
  workspace: string;
  email: string;
  password: string;
}

export const signIn = (body: Credentials): Promise<{ member_id: string; display_name: string }> =>
  call('POST', '/v1/inbox/sign-in', { body });
export const signOut = (): Promise<void> => call('POST', '/v1/inbox/sign-out', { body: {} });
export const readMe = (): Promise<Me> => call('GET', '/v1/inbox/me');

export const listMembers = (): Promise<Member[]> =>
  everyPage<{ members: Member[]; next_page_token?: string | null }, Member>('/v1/inbox/members', (page) => page.members);
export const listTeams = (): Promise<Team[]> =>
  everyPage<{ teams: Team[]; next_page_token?: string | null }, Team>('/v1/inbox/teams', (page) => page.teams);

export interface NewMember {
  request_id: string;
  display_name: string;
  email: string;
  password: string;
  roles: Role[];
}

const member = (id: string, rest = ''): string => `/v1/inbox/members/${encodeURIComponent(id)}${rest}`;
export const addMember = (body: NewMember): Promise<Member> => call('POST', '/v1/inbox/members', { body });
export const setRoles = (id: string, roles: Role[]): Promise<Member> => call('PUT', member(id, '/roles'), { body: { roles } });
export const removeMember = (id: string): Promise<Member> => call('POST', member(id, '/remove'), { body: {} });

export interface TeamFields {
  name: string;
  description: string;
  color: TeamColor;
}

const team = (id: string, rest = ''): string => `/v1/inbox/teams/${encodeURIComponent(id)}${rest}`;
export const addTeam = (requestId: string, fields: TeamFields, members: string[]): Promise<Team> =>
  call('POST', '/v1/inbox/teams', { body: { request_id: requestId, ...fields, member_ids: members } });
export const changeTeam = (id: string, fields: TeamFields, etag: string): Promise<Team> =>
  call('PATCH', team(id), { body: fields, headers: ifMatch(etag) });
export const setTeamMembers = (id: string, members: string[], etag: string): Promise<Team> =>
  call('PUT', team(id, '/members'), { body: { member_ids: members }, headers: ifMatch(etag) });
export const archiveTeam = (id: string): Promise<Team> => call('POST', team(id, '/archive'), { body: {} });

const contact = (id: string): string => `/v1/inbox/contacts/${encodeURIComponent(id)}`;
export const readContact = (id: string): Promise<Contact> => call('GET', contact(id));
export async function recentContacts(): Promise<Contact[]> {
  return (await call<{ contacts: Contact[] }>('GET', '/v1/inbox/contacts', { query: { page_size: 200 } })).contacts;
}
export const changeContact = (id: string, change: { display_name?: string; email?: string }, etag: string): Promise<Contact> =>
  call('PATCH', contact(id), { body: change, headers: ifMatch(etag) });

export const listAvailability = (): Promise<Availability[]> =>
  everyPage<{ availabilities: Availability[]; next_page_token?: string | null }, Availability>(
    '/v1/inbox/availability',
    (page) => page.availabilities,
  );
export const setAvailability = (state: AvailabilityState, limit: number | null): Promise<Availability> =>
  call('PUT', '/v1/inbox/availability', { body: { state, limit } });
