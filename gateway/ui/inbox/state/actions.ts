// What a member does to a conversation. A refusal is told in a sentence and followed by a look at the present state; nothing is repeated
// blindly. Must not know buttons.

import { signal } from '@preact/signals';
import * as api from '../api/conversations';
import type { Conversation, Priority } from '../api/types';
import { hasReason, sentence } from '../core/refusals';
import { memberName, teamName } from './directory';
import { refresh } from './lists';
import { reloadOpen, takeState } from './open';
import { sayFailed, say } from './toasts';

/** The conversation that something is being done to. */
export const busy = signal<string | null>(null);

const MOVED = ['STALE_VERSION', 'STALE_EPOCH', 'WRONG_STATE', 'NO_OPEN_HANDOFF', 'HUMAN_IN_CONTROL', 'CONVERSATION_CLOSED', 'NOT_FOUND'];

async function run(on: Conversation, act: () => Promise<Conversation>, done: string): Promise<boolean> {
  if (busy.value === on.id) return false;
  busy.value = on.id;
  try {
    takeState(await act());
    say(done);
    return true;
  } catch (error) {
    sayFailed(sentence(error));
    if (hasReason(error, ...MOVED)) await Promise.allSettled([refresh(on.id), reloadOpen()]);
    return false;
  } finally {
    busy.value = null;
  }
}

const version = (on: Conversation): number => on.assignment_version;

export const takeOver = (on: Conversation): Promise<boolean> =>
  run(on, () => api.command(on.id, 'take-over', version(on)), 'You have this conversation now');
export const resolve = (on: Conversation): Promise<boolean> =>
  run(on, () => api.command(on.id, 'resolve', version(on)), 'Resolved');
export const reopen = (on: Conversation): Promise<boolean> =>
  run(on, () => api.command(on.id, 'reopen', version(on)), 'Re-opened; it is yours');
export const unassign = (on: Conversation): Promise<boolean> =>
  run(on, () => api.command(on.id, 'unassign', version(on)), 'Back in the queue');
export const wake = (on: Conversation): Promise<boolean> => run(on, () => api.command(on.id, 'wake', version(on)), 'Woken');
export const handBack = (on: Conversation, instruction: string | null): Promise<boolean> =>
  run(on, () => api.handBack(on.id, instruction, version(on)), 'The AI answers again');
export const handToTeam = (on: Conversation, teamId: string | null): Promise<boolean> =>
  run(on, () => api.handToTeam(on.id, teamId, version(on)), `Handed to ${teamId ? teamName(teamId) : 'everyone'}`);
export const setTeam = (on: Conversation, teamId: string | null): Promise<boolean> =>
  run(on, () => api.setTeam(on.id, teamId, version(on)), teamId ? `Team: ${teamName(teamId)}` : 'Team cleared');
export const assign = (on: Conversation, memberId: string): Promise<boolean> =>
  run(on, () => api.assign(on.id, memberId, version(on)), `Given to ${memberName(memberId)}`);
export const snooze = (on: Conversation, until: string | null): Promise<boolean> =>
  run(on, () => api.snooze(on.id, until, version(on)), 'Snoozed');
export const setPriority = (on: Conversation, priority: Priority | null, reason: string | null): Promise<boolean> =>
  run(on, () => api.setPriority(on.id, priority, reason), priority ? `Priority: ${priority}` : 'Priority cleared');

export async function makeBrief(on: Conversation): Promise<void> {
  try {
    await api.makeBrief(on.id);
    await refresh(on.id);
  } catch (error) {
    sayFailed(error);
  }
}
