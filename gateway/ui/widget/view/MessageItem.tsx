// A message with its author, its time and what it rests on. Must not know how it came.

import type { VNode } from 'preact';
import { Markdown } from '../../shared/markdown';
import { clockTime, fullTime } from '../../shared/time';
import type { Message } from '../model/types';
import { useChat } from './context';
import { Sources } from './Sources';

export interface MessageItemProps {
  message: Message;
  first: boolean;
  last: boolean;
}

export function MessageItem({ message, first, last }: MessageItemProps): VNode {
  const { language } = useChat();
  const own = message.author_kind === 'visitor';
  const time = message.create_time ?? '';
  return (
    <div class={`message ${own ? 'from-you' : 'from-us'} ${message.author_kind}${first ? ' first' : ''}`}>
      <Author message={message} shown={first && !own} />
      <div class="bubble">
        {/* What visitors write is shown as they wrote it; Markdown is for those who answer. */}
        {own ? <p dir="auto" class="md-plain">{message.text}</p> : <Markdown text={message.text} />}
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
  const fallback = kind === 'visitor' ? t('thread.you') : kind === 'ai' ? (chat.session.value?.assistant_name ?? '') : t('thread.team');
  return (
    <p class={shown ? 'author' : 'b-sr-only'}>
      <bdi>{message.author_name ?? fallback}</bdi>
      {kind === 'ai' && <span class="author-kind"> · {t('header.ai')}</span>}
    </p>
  );
}
