// Who is signed in. Whatever finds the session over ends up here: the page begins anew, so that nothing of the member stays in it or is still
// being read, and the address stays, so that one comes back to where one was. Must not know the sign-in page.

import { computed, signal } from '@preact/signals';
import { Problem } from '../../shared/http';
import { onSessionEnd } from '../api/client';
import { type Credentials, readMe, signIn as postSignIn, signOut as postSignOut } from '../api/people';
import type { Me } from '../api/types';

export type Session =
  | { phase: 'asking' }
  | { phase: 'unreachable'; error: unknown }
  /** The page is about to begin anew. */
  | { phase: 'leaving' }
  | { phase: 'out'; ended: boolean }
  | { phase: 'in'; me: Me };

export const session = signal<Session>({ phase: 'asking' });

export const me = computed<Me | null>(() => (session.value.phase === 'in' ? session.value.me : null));
export const myId = computed<string>(() => me.value?.member_id ?? '');

export const may = (scope: string): boolean => me.value?.scopes.includes(scope) ?? false;

const KEY = 'baton.inbox.sign-in';
const tabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel('baton.inbox.session') : null;

export async function startSession(): Promise<void> {
  onSessionEnd(ended);
  if (tabs) tabs.onmessage = ({ data }) => (data === 'out' && session.value.phase === 'in' ? leave('out') : undefined);
  const left = takeLeft();
  // Not asked again: whatever said that the session is over would say so again, and again begin anew.
  if (left) session.value = { phase: 'out', ended: left === 'ended' };
  else await ask();
}

export async function ask(): Promise<void> {
  try {
    session.value = { phase: 'in', me: await readMe() };
  } catch (error) {
    const out = error instanceof Problem && error.status === 401;
    session.value = out ? { phase: 'out', ended: false } : { phase: 'unreachable', error };
  }
}

/** Reads what the member may do now, which changes while one works. Gives whether it has changed. */
export async function renew(): Promise<boolean> {
  const fresh = await readMe();
  const held = me.value;
  if (!held) return false;
  if (fresh.member_id !== held.member_id) {
    // Somebody else signed in, in another tab.
    leave(null);
    return true;
  }
  const same = fresh.scopes.length === held.scopes.length && fresh.scopes.every((scope) => held.scopes.includes(scope));
  if (!same) session.value = { phase: 'in', me: fresh };
  return !same;
}

function ended(): void {
  if (session.value.phase === 'in') leave('ended');
}

type Left = 'out' | 'ended';

/** The history's entry outlives the reload, also where nothing may be stored. */
function leave(how: Left | null): void {
  session.value = { phase: 'leaving' };
  history.replaceState(how && { left: how }, '');
  location.reload();
}

function takeLeft(): Left | null {
  const state: unknown = history.state;
  const left: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'left') : null;
  if (left !== 'out' && left !== 'ended') return null;
  history.replaceState(null, '');
  return left;
}

export async function signIn(credentials: Credentials): Promise<void> {
  await postSignIn(credentials);
  remember(credentials.workspace, credentials.email);
  await ask();
}

export async function signOut(): Promise<void> {
  await postSignOut();
  tabs?.postMessage('out');
  leave('out');
}

function remember(workspace: string, email: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ workspace, email }));
  } catch {
    // The next time they are typed again.
  }
}

export function remembered(): { workspace: string; email: string } {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const text = (name: string): string => {
      const value = typeof kept === 'object' && kept !== null ? Reflect.get(kept, name) : '';
      return typeof value === 'string' ? value : '';
    };
    return { workspace: text('workspace'), email: text('email') };
  } catch {
    return { workspace: '', email: '' };
  }
}
