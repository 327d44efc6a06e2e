// A line of Baton's own in the thread, in the visitor's language. Must not know when such lines are made.

import type { VNode } from 'preact';
import type { Key } from '../app/language';
import type { Message, SystemNotice } from '../model/types';
import { useChat } from './context';

const TEXTS: Readonly<Partial<Record<SystemNotice, Key>>> = {
  handoff_requested: 'notice.handoff_requested',
  handed_back: 'notice.handed_back',
  resolved: 'notice.resolved',
  withdrawn: 'notice.withdrawn',
  back_in_queue: 'notice.back_in_queue',
  answer_by_email: 'notice.answer_by_email',
};

export function NoticeItem({ message }: { message: Message }): VNode {
  return <p class="notice" dir="auto">{useNotice(message)}</p>;
}

function useNotice(message: Message): string {
  const { chat, language } = useChat();
  const { t } = language;
  const { system_notice: notice } = message;
  if (notice === 'member_joined') {
    const name = message.author_name ?? joined(message, chat.thread.value.messages) ?? chat.thread.value.conversation?.assignee_name;
    return name ? t('notice.member_joined', { name }) : t('notice.member_joined_unknown');
  }
  const key = notice ? TEXTS[notice] : undefined;
  // Newer than this widget: the line's own words must do.
  return key === undefined ? message.text : t(key);
}

/** Who joined is who spoke next. */
function joined(notice: Message, messages: readonly Message[]): string | null | undefined {
  return messages.find(({ sequence, author_kind }) => sequence > notice.sequence && author_kind === 'member')?.author_name;
}
