// The people and things that conversations point at by id: members, teams, assistants, contacts. Must not know any conversation.

import { computed, signal } from '@preact/signals';
import { listMembers, listTeams, readContact, recentContacts } from '../api/people';
import { listAssistants } from '../api/settings';
import type { Assistant, Contact, Member, Team } from '../api/types';
import { visitorName } from '../core/format';
import { LazyReads } from './queue';
import { may, me, myId } from './session';

type ById<T> = ReadonlyMap<string, T>;

export const members = signal<ById<Member>>(new Map());
export const teams = signal<ById<Team>>(new Map());
export const assistants = signal<ById<Assistant>>(new Map());
export const contacts = signal<ById<Contact>>(new Map());

export const activeTeams = computed(() => [...teams.value.values()].filter((team) => !team.archived));
export const activeMembers = computed(() => [...members.value.values()].filter((member) => member.active));

const byId = <T extends { id: string }>(all: readonly T[]): ById<T> => new Map(all.map((one) => [one.id, one]));
const with_ = <T extends { id: string }>(map: ById<T>, one: T): ById<T> => new Map(map).set(one.id, one);

export async function loadDirectory(): Promise<void> {
  const reads: Promise<void>[] = [];
  if (may('members:read')) reads.push(loadMembers(), loadTeams());
  if (may('assistants:read')) reads.push(listAssistants().then((all) => void (assistants.value = byId(all))));
  if (may('conversations:read')) reads.push(recentContacts().then((all) => void (contacts.value = byId(all))));
  await Promise.allSettled(reads);
}

export const loadMembers = (): Promise<void> => listMembers().then((all) => void (members.value = byId(all)));
export const loadTeams = (): Promise<void> => listTeams().then((all) => void (teams.value = byId(all)));

export const putTeam = (team: Team): void => void (teams.value = with_(teams.value, team));
export const putMember = (member: Member): void => void (members.value = with_(members.value, member));
export const putAssistant = (assistant: Assistant): void => void (assistants.value = with_(assistants.value, assistant));
export const putContact = (contact: Contact): void => void (contacts.value = with_(contacts.value, contact));

const contactReads = new LazyReads(async (id) => putContact(await readContact(id)), 4);

/** Fetches a contact that no list brought along. */
export function wantContact(id: string): void {
  if (!contacts.value.has(id)) contactReads.want(id);
}

export async function refreshContact(id: string): Promise<Contact> {
  const contact = await readContact(id);
  putContact(contact);
  return contact;
}

export function contactName(id: string): string {
  const contact = contacts.value.get(id);
  return contact?.display_name || contact?.email || visitorName(id);
}

export function memberName(id: string | null | undefined): string {
  if (!id) return 'Nobody';
  if (id === myId.value) return members.value.get(id)?.display_name ?? me.value?.display_name ?? 'You';
  return members.value.get(id)?.display_name ?? 'A colleague';
}

export const assistantName = (id: string | null | undefined): string => assistants.value.get(id ?? '')?.name ?? 'Assistant';
export const teamName = (id: string | null | undefined): string => teams.value.get(id ?? '')?.name ?? 'Team';
