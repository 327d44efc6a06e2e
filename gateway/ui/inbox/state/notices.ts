// Notices for this member, and how they make themselves heard: bell, sound, desktop, title. Must not know the bell's look.

import { computed, effect, signal } from '@preact/signals';
import { listNotices, markNoticesRead } from '../api/notices';
import type { Message, Notice } from '../api/types';
import { isMissing } from '../core/refusals';
import { oneLine } from '../core/format';
import { NOTICE_KINDS } from '../core/words';
import { contactName } from './directory';
import { held, countOf } from './lists';
import { prefs } from './prefs';
import { openConversation, openId } from './router';
import { me, myId } from './session';
import { chime } from './sound';
import { sayFailed } from './toasts';

export interface Notices {
  state: 'loading' | 'loaded' | 'failed' | 'absent';
  list: readonly Notice[];
  next: string | null;
  unread: number;
}

export const notices = signal<Notices>({ state: 'loading', list: [], next: null, unread: 0 });

export async function loadNotices(): Promise<void> {
  try {
    const page = await listNotices(null);
    notices.value = { state: 'loaded', list: page.notices, next: page.next_page_token ?? null, unread: page.unread_count };
  } catch (error) {
    // A gateway that has no notices yet shows no bell.
    notices.value = { ...notices.value, state: isMissing(error) ? 'absent' : 'failed' };
  }
}

export async function moreNotices(): Promise<void> {
  const { next, list } = notices.value;
  if (!next) return;
  try {
    const page = await listNotices(next);
    const fresh = page.notices.filter((notice) => !list.some((one) => one.id === notice.id));
    notices.value = { ...notices.value, list: [...list, ...fresh], next: page.next_page_token ?? null };
  } catch (error) {
    sayFailed(error);
  }
}

export async function readNotices(ids: string[] | null): Promise<void> {
  const before = notices.value;
  const list = before.list.map((notice) => (!ids || ids.includes(notice.id) ? { ...notice, read: true } : notice));
  notices.value = { ...before, list };
  try {
    notices.value = { ...notices.value, unread: await markNoticesRead(ids) };
  } catch (error) {
    notices.value = before;
    sayFailed(error);
  }
}

/** Opening a conversation reads what was said about it. */
export function readNoticesOf(conversation: string): void {
  const ids = notices.value.list.filter((one) => !one.read && one.conversation_id === conversation).map((one) => one.id);
  if (ids.length > 0) void readNotices(ids);
}

export function hearNotice(notice: Notice, leading: boolean): void {
  const { list, unread } = notices.value;
  if (list.some((one) => one.id === notice.id)) return;
  notices.value = { ...notices.value, state: 'loaded', list: [notice, ...list], unread: unread + (notice.read ? 0 : 1) };
  if (!leading) return;
  chime('notice');
  showOnDesktop(NOTICE_KINDS[notice.kind], contactOf(notice.conversation_id), notice.conversation_id);
}

function contactOf(conversation: string): string {
  const known = held.value.get(conversation);
  return known ? contactName(known.contact_id) : '';
}

/** A visitor wrote in a conversation of this member's. The leading tab alone sounds, so that ten tabs sound once. */
export function alertMessage(message: Message, leading: boolean): void {
  const mine = held.value.get(message.conversation_id)?.assignee_id === myId.value;
  const seen = !document.hidden && openId.value === message.conversation_id;
  if (!leading || !mine || seen || message.author_kind !== 'visitor') return;
  chime('message');
  showOnDesktop(contactOf(message.conversation_id), oneLine(message.text).slice(0, 120), message.conversation_id);
}

function showOnDesktop(title: string, body: string, conversation: string): void {
  if (!prefs.value.desktop || !document.hidden || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  try {
    const shown = new Notification(title, { body, tag: conversation });
    shown.onclick = () => {
      window.focus();
      openConversation(conversation);
      shown.close();
    };
  } catch {
    // Phones allow it to service workers only.
  }
}

const badge = computed<number>(() => {
  if (!me.value) return 0;
  return notices.value.state === 'loaded' ? notices.value.unread : (countOf({ kind: 'needs_intervention' })?.count ?? 0);
});

export function followTitle(): void {
  effect(() => {
    document.title = badge.value > 0 ? `(${badge.value > 99 ? '99+' : badge.value}) Baton` : 'Baton';
  });
}
