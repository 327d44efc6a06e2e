// An answer with its author, its time and what it rests on. Must not know how it came.

import type { VNode } from 'preact';
import { Markdown } from '../../shared/markdown';
import { clockTime, fullTime } from '../../shared/time';
import type { MessageRow } from '../model/rows';
import type { Message } from '../model/types';
import { useChat } from './context';
import { Sources } from './Sources';

export function MessageItem({ row }: { row: MessageRow }): VNode {
  const { language } = useChat();
  const { message, first, last } = row;
  const time = message.create_time ?? '';
  return (
    <div class={`message from-us ${message.author_kind}${first ? ' first' : ''}`}>
      <Author message={message} shown={first} />
      <div class="bubble">
        <Markdown text={message.text} />
        {message.sources.length > 0 && <Sources sources={message.sources} />}
      </div>
      {last && time !== '' && (
        <time class="time" dateTime={time} title={fullTime(time, language.locale)}>
          {clockTime(time, language.locale)}
        </time>
      )}
    </div>
  );
}

function Author({ message, shown }: { message: Message; shown: boolean }): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const kind = message.author_kind;
  const fallback = kind === 'ai' ? (chat.session.value?.assistant_name ?? '') : t('thread.team');
  return (
    <p class={shown ? 'author' : 'b-sr-only'}>
      <bdi>{message.author_name ?? fallback}</bdi>
      {kind === 'ai' && <span class="author-kind"> · {t('header.ai')}</span>}
    </p>
  );
}
