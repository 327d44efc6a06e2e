// Brings what the stream tells to those who keep it, and begins and ends with the session. Must not know what they do with it.

import { effect, signal, untracked } from '@preact/signals';
import { isPassing } from '../../shared/http';
import type { StreamState } from '../../shared/sse';
import type { InboxEvent, Notice } from '../api/types';
import { sayFailed } from './toasts';
import { forgetLists, hearEvent, reloadLists } from './lists';
import { catchUpOpen, hearActivity, hearOpenEvent, reloadOpen } from './open';
import { hearMessage, hearRead } from './peeks';
import { may, me, myId, renew } from './session';
import { loadDirectory } from './directory';
import { type Following, followStream, type Item } from './stream';
import { alertMessage, hearNotice, loadNotices } from './notices';
import { loadAvailability } from './availability';

export const streamState = signal<StreamState>('connecting');

const ASK_AGAIN_MS = 5_000;

let following: Following | null = null;
let begun = 0;

/** Follows the stream as long as somebody is signed in. */
export function followSession(): void {
  effect(() => {
    const id = me.value?.member_id;
    // What beginning reads is no reason to begin again.
    untracked(() => change(id));
  });
}

function change(id: string | undefined): void {
  following?.close();
  following = null;
  if (id) begin(id);
  else forgetLists();
}

function begin(id: string): void {
  begun = Date.now();
  void loadDirectory();
  void loadNotices();
  void loadAvailability();
  // A role without conversations has neither lists nor a stream.
  if (!may('conversations:read')) return forgetLists();
  following = followStream(id, { load, hear, state: () => streamState.value });
}

async function load(): Promise<string | null> {
  const place = await reloadLists();
  void catchUpOpen();
  return place;
}

function hear(item: Item): void {
  try {
    take(item);
  } catch (error) {
    // One item that cannot be taken must not end the stream; what it would have said is loaded with the next reset or reload.
    sayFailed(error);
  }
}

function take(item: Item): void {
  switch (item.type) {
    case 'event':
      return takeEvent(item.event);
    case 'activity':
      return hearActivity(item.activity);
    case 'notice':
      return hearNotice(item.notice satisfies Notice, following?.leading() ?? false);
    case 'reset':
      void reloadLists();
      return void reloadOpen();
    case 'ended':
      return void lookAgain(true);
    case 'refused':
      return void lookAgain(false);
    case 'state':
      return takeState(item.state);
  }
}

/**
 * The stream says that the session is over, or refuses it. Asking proves it (a 401 ends it everywhere) or brings what the member may do
 * now, which begins anew by itself; silence is asked again. `over`: this stream does not come back by itself.
 */
async function lookAgain(over: boolean): Promise<void> {
  try {
    if ((await renew()) || !over) return;
  } catch (error) {
    if (isPassing(error)) setTimeout(() => void lookAgain(over), ASK_AGAIN_MS);
    return;
  }
  // Lest a stream that ends at once is begun again and again.
  const wait = Math.max(0, begun + ASK_AGAIN_MS - Date.now());
  const ended = following;
  setTimeout(() => (following === ended ? change(myId.value || undefined) : undefined), wait);
}

function takeEvent(event: InboxEvent): void {
  hearEvent(event);
  if (event.message) {
    hearMessage(event.message);
    alertMessage(event.message, following?.leading() ?? false);
  }
  const reader = event.read_mark?.reader;
  if (event.read_mark && reader?.kind === 'member' && reader.id === myId.value) {
    hearRead(event.conversation_id, event.read_mark.sequence);
  }
  hearOpenEvent(event);
}

function takeState(state: StreamState): void {
  const back = state === 'live' && streamState.value !== 'live';
  streamState.value = state;
  // Notices are told once or never, so those missed are read after each connection.
  if (back) void loadNotices();
}
