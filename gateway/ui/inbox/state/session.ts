// Who is signed in. Whatever finds the session over ends up here, and the address stays, so that one comes back to where one was.
// Must not know the sign-in page.

import { computed, signal } from '@preact/signals';
import { Problem } from '../../shared/http';
import { onSessionEnd } from '../api/client';
import { type Credentials, readMe, signIn as postSignIn, signOut as postSignOut } from '../api/people';
import type { Me } from '../api/types';

export type Session =
  | { phase: 'asking' }
  | { phase: 'unreachable'; error: unknown }
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
  if (tabs) tabs.onmessage = ({ data }) => (data === 'out' ? leave(false) : undefined);
  await ask();
}

export async function ask(): Promise<void> {
  try {
    session.value = { phase: 'in', me: await readMe() };
  } catch (error) {
    const out = error instanceof Problem && error.status === 401;
    session.value = out ? { phase: 'out', ended: false } : { phase: 'unreachable', error };
  }
}

function ended(): void {
  if (session.value.phase === 'in') leave(true);
}

function leave(found: boolean): void {
  session.value = { phase: 'out', ended: found };
}

export async function signIn(credentials: Credentials): Promise<void> {
  await postSignIn(credentials);
  remember(credentials.workspace, credentials.email);
  await ask();
}

export async function signOut(): Promise<void> {
  await postSignOut();
  tabs?.postMessage('out');
  leave(false);
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
