// The names under which the inbox speaks of the API's shapes, which are generated from the OpenAPI document. Those of the office hours are
// written out: what is read is said back, and then every part of it is there. Must not know how they are fetched.

import type { components } from '../../shared/generated/api';

type Schemas = components['schemas'];

export type Conversation = Schemas['Conversation'];
export type ConversationPage = Schemas['ConversationPage'];
export type ConversationState = Schemas['ConversationState'];
export type Message = Schemas['Message'];
export type MessagePage = Schemas['MessagePage'];
export type Note = Schemas['Note'];
export type NotePage = Schemas['NotePage'];
export type Handoff = Schemas['Handoff'];
export type Brief = Schemas['Brief'];
export type BriefLine = Schemas['BriefLine'];
export type Contact = Schemas['Contact'];
export type Team = Schemas['Team'];
export type Member = Schemas['StaffMember'];
export type Me = Schemas['Me'];
export type HandoffAction = Schemas['HandoffAction'];
export type InformationToGather = Schemas['InformationToGather'];
export type Availability = Schemas['MemberAvailability'];
export type AvailabilityState = Schemas['AvailabilityInput'];
export type Explanation = Schemas['Explanation'];
export type Decision = Schemas['Decision'];
export type ReadMark = Schemas['ReadMark'];
export type InboxEvent = Schemas['InboxEvent'];
export type Activity = Schemas['Activity'];
export type Delta = Schemas['Delta'];
export type KnowledgeDocument = Schemas['KnowledgeDocument'];
export type Hit = Schemas['Hit'];
export type Key = Schemas['Key'];
export type HoursChecked = Schemas['HoursChecked'];
export type Status = 'open' | 'snoozed' | 'resolved';
export type Priority = Schemas['PriorityInput'];
export type Role = Schemas['RoleInput'];
export type TeamColor = Schemas['TeamColorInput'];
export type Weekday = Schemas['WeekdayInput'];
export type Span = Schemas['Span'];

export type Assistant = Schemas['Assistant'];

/** Within how long people answer. */
export type ReplyExpectation = Schemas['ReplyExpectation'];

export interface DayHours {
  weekday: Weekday;
  spans: Span[];
}

export interface DateException {
  date: string;
  spans?: Span[];
  label?: string;
}

export interface OfficeHours {
  time_zone: string;
  week: DayHours[];
  exceptions: DateException[];
  reply: ReplyExpectation | null;
  language: string | null;
}

export type CurrentHours = OfficeHours & { always_open: boolean; etag: string };

export type CannedScope = Schemas['CannedScopeInput'];
export type CannedResponse = Schemas['CannedResponse'];
export type Rendered = Schemas['Rendered'];
export type NotificationKind = Schemas['NotificationKind'];
export type Notice = Schemas['Notice'];
export type NoticePage = Schemas['NoticePage'];
export type Preference = Schemas['Preference'];
export type LedgerEntry = Schemas['LedgerEntry'];
