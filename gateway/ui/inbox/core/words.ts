// The API's words as people read them. A word of a newer version has no entry and is shown as what it is: unknown.
// Must not know where they are shown.

import type { Brief, BriefLine, Decision, Handoff, LedgerEntry, Message, NotificationKind, Role } from '../api/types';

type Words<K extends string> = Readonly<Record<K, string>>;

export const HANDOFF_REASONS: Words<Handoff['reason']> = {
  visitor_request: 'The visitor asked for a person',
  ai_decision: 'The AI decided that a person is needed',
  phrase: 'A phrase that always goes to people',
  no_answer: 'No answer was found',
  repetition: 'The visitor had to repeat themselves',
  negative_mood: 'The visitor is upset',
  ai_unavailable: 'The AI was not available',
  member_request: 'A member handed it to people',
  api_request: 'A program asked for it',
  returned: 'It came back into the queue',
  message_left: 'The visitor left a message',
  unknown: 'Another reason',
};

export const HANDOFF_STATES: Words<Handoff['state']> = {
  requested: 'Looking for a person',
  assigned: 'A member is asked',
  taken: 'Taken',
  handed_back: 'Given back to the AI',
  withdrawn: 'Withdrawn by the visitor',
  resolved: 'Resolved',
  unknown: 'Unknown',
};

export const RETURN_CAUSES: Words<NonNullable<Handoff['return_cause']>> = {
  given_back: 'a member put it back',
  member_left: 'the member left or may no longer reply',
  no_reply: 'the member did not answer in time',
  unknown: 'for another reason',
};

export const BRIEF_LINES: Words<BriefLine['kind']> = {
  wish: 'Wants',
  tried: 'Tried',
  promised: 'Promised',
  fact: 'Fact',
  open_question: 'Open',
  unknown: 'Also',
};

export const ENGINES: Words<Brief['engine']> = { extractive: 'Built-in, quotes', model: 'Written by a model', unknown: 'Unknown maker' };

export const SENTIMENTS: Words<NonNullable<Brief['sentiment']>> = {
  positive: 'Glad',
  neutral: 'Neutral',
  negative: 'Upset',
  unknown: 'Unclear',
};

export const SYSTEM_NOTICES: Words<NonNullable<Message['system_notice']>> = {
  handoff_requested: 'A person was asked for',
  member_joined: 'A member joined',
  handed_back: 'Given back to the AI',
  resolved: 'Resolved',
  withdrawn: 'The visitor no longer wants a person',
  back_in_queue: 'Back in the queue',
  answer_by_email: 'The answer will come by e-mail',
  unknown: 'Note from Baton',
};

export const DELIVERY: Words<Message['delivery_state']> = {
  accepted: 'Sent',
  sent: 'Sent',
  delivered: 'Delivered',
  failed: 'Not delivered',
  unknown: '',
};

export const FILTERS: Words<NonNullable<Decision['candidates'][number]['filtered']>> = {
  not_online: 'not online',
  at_limit: 'at their limit',
  already_asked: 'asked already',
  not_allowed: 'may not reply',
  other_team: 'in another team',
  removed: 'no longer on the staff',
  unknown: 'passed over',
};

export const OUTCOMES: Words<Decision['outcome']> = {
  pending: 'Deciding',
  assigned: 'Asked',
  refused: 'Overtaken by a change',
  nobody: 'Nobody could be asked',
  unknown: 'Unknown',
};

export const NOTICE_KINDS: Words<NotificationKind> = {
  handoff_requested: 'A person is needed',
  assigned_to_me: 'Assigned to you',
  assigned_to_my_team: 'Assigned to your team',
  reply_overdue: 'A visitor waits for your reply',
  visitor_reply: 'The answer to the visitor',
  unknown: 'Something happened',
};

export const ROLES: Words<Role> = {
  owner: 'Owner',
  admin: 'Admin',
  editor: 'Editor',
  analyst: 'Analyst',
  agent: 'Agent',
  viewer: 'Viewer',
};

export const ROLE_HINTS: Words<Role> = {
  owner: 'Everything, also other owners',
  admin: 'Everything but owners',
  editor: 'Assistants, knowledge, settings; no conversations',
  analyst: 'Reads everything',
  agent: 'Reads and replies',
  viewer: 'Reads conversations',
};

export const HOURS_CAUSES: Words<'always_open' | 'week' | 'exception' | 'unknown_time_zone' | 'unknown'> = {
  always_open: 'no hours were ever set',
  week: 'the hours of the week',
  exception: 'an exception',
  unknown_time_zone: 'the time zone is not known',
  unknown: 'another cause',
};

export const SCOPES: readonly { scope: string; says: string }[] = [
  { scope: 'conversations:read', says: 'Read conversations, contacts and the feed' },
  { scope: 'conversations:write', says: 'Start and answer conversations, hand over, take over' },
  { scope: 'assistants:read', says: 'Read assistants' },
  { scope: 'assistants:write', says: 'Change assistants' },
  { scope: 'knowledge:read', says: 'Read the knowledge base' },
  { scope: 'knowledge:write', says: 'Change the knowledge base' },
  { scope: 'members:read', says: 'Read members and teams' },
  { scope: 'members:write', says: 'Change members and teams' },
  { scope: 'keys:write', says: 'Make and revoke API keys' },
  { scope: 'routing:read', says: 'Read availability, queues and routing\u2019s reasons' },
  { scope: 'routing:write', says: 'Change office hours and others\u2019 availability' },
];

export const DECISIONS: Words<LedgerEntry['decision']> = {
  delayed: 'Waits',
  sent: 'Sent',
  merged: 'Merged',
  dropped: 'Dropped',
  failed: 'Failed',
  unknown: 'Unknown',
};

export const LEDGER_REASONS: Words<LedgerEntry['reason']> = {
  due: 'it was due',
  read_first: 'waits in case it is read first',
  read: 'it was read before',
  overtaken: 'something newer took its place',
  switched_off: 'switched off by the member',
  unsubscribed: 'unsubscribed',
  window: 'one message for each conversation and window',
  no_address: 'no address is known',
  not_eligible: 'no longer concerned',
  try_again: 'is tried again',
  refused: 'the mail server refused it',
  given_up: 'given up after too many tries',
  unwritable: 'could not be written, a fault of the server',
  unknown: '',
};
