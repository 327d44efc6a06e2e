// What a refusal means for the person who caused it, as one sentence. Must not know which call was made.

import { Problem, Unreachable } from '../../shared/http';

const SENTENCES: Readonly<Record<string, string>> = {
  STALE_VERSION: 'Somebody changed this conversation a moment ago. Look at what is new, then decide again.',
  STALE_EPOCH: 'Somebody else took or gave back this conversation a moment ago. Look at what is new, then decide again.',
  STALE_ETAG: 'Somebody else changed this meanwhile. Load the newer values, then make your change again.',
  WRONG_STATE: 'That is not possible in the present state of the conversation.',
  NO_OPEN_HANDOFF: 'Nobody is being waited for here, so there is nothing to put back.',
  HUMAN_IN_CONTROL: 'A person has this conversation already.',
  CONVERSATION_CLOSED: 'This conversation is resolved. Re-open it first.',
  CAPACITY_EXCEEDED: 'That member has reached their limit.',
  MEMBER_NOT_ELIGIBLE: 'That member is no longer on the staff or may not reply.',
  ANOTHER_CONVERSATION_OPEN: 'The visitor has another open conversation; answer there.',
  NOT_FOUND: 'This is no longer there, or it is not yours to see.',
  PERMISSION_DENIED: 'Your role does not allow this.',
  ALREADY_EXISTS: 'That name, address or shortcut is taken already.',
  REQUEST_ID_REUSED: 'This was sent before with another content. Try again.',
  REQUEST_IN_FLIGHT: 'The same request is still being worked on. Try again in a moment.',
  LAST_OWNER: 'The last owner cannot be removed or demoted.',
  OVERLOADED: 'Baton has too much to do right now. Try again in a moment.',
  UNAVAILABLE: 'A part of Baton does not answer right now. Try again in a moment.',
  DEADLINE_EXCEEDED: 'Baton did not answer in time. Whether it was done is not known; look before you try again.',
  UNIMPLEMENTED: 'This version of Baton does not offer that.',
};

export function sentence(error: unknown): string {
  if (error instanceof Unreachable) return 'Baton cannot be reached. Check your connection, then try again.';
  if (!(error instanceof Problem)) return 'Something went wrong in this page. Reload it if it stays so.';
  if (error.reason === 'RATE_LIMITED') return `Too many tries. Wait ${error.retryAfter ?? 'a few'} seconds, then try again.`;
  if (error.reason === 'INVALID_FIELDS' && error.fields.size > 0) {
    return [...error.fields].map(([field, message]) => `${words(field)}: ${message}`).join(' · ');
  }
  const known = SENTENCES[error.reason];
  if (known) return known;
  return error.requestId ? `${error.message} (request ${error.requestId})` : error.message;
}

const words = (field: string): string => field.replace(/[_.]/g, ' ');

export const isMissing = (error: unknown): boolean =>
  error instanceof Problem && (error.status === 404 || error.status === 501 || error.status === 405);
export const hasReason = (error: unknown, ...reasons: string[]): boolean =>
  error instanceof Problem && reasons.includes(error.reason);
