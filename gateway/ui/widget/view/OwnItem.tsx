// What the visitor wrote, from the moment they sent it: first with what becomes of it, then with its time. One element all along, so that it
// is read out once. Must not send anything itself.

import type { VNode } from 'preact';
import type { Key } from '../app/language';
import type { Reach } from '../app/reach';
import { clockTime, fullTime } from '../../shared/time';
import type { Pending } from '../model/outbox';
import type { MessageRow } from '../model/rows';
import { useChat } from './context';

export function OwnItem({ row }: { row: MessageRow }): VNode {
  const { language } = useChat();
  const { message, pending, first, last } = row;
  const state = pending === null ? '' : pending.state === 'refused' ? ' refused' : ' pending';
  const time = message.create_time ?? '';
  return (
    <div class={`message from-you visitor${first ? ' first' : ''}${state}`}>
      <p class="b-sr-only"><bdi>{message.author_name ?? language.t('thread.you')}</bdi></p>
      {/* What visitors write is shown as they wrote it; Markdown is for those who answer. */}
      <div class="bubble"><p dir="auto" class="md-plain">{message.text}</p></div>
      {pending !== null && <Delivery item={pending} />}
      {pending === null && last && time !== '' && (
        <time class="time" dateTime={time} title={fullTime(time, language.locale)}>
          {clockTime(time, language.locale)}
        </time>
      )}
    </div>
  );
}

function Delivery({ item }: { item: Pending }): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  if (item.state !== 'refused') return <p class="delivery">{t(waitOf(chat.reach.value))}</p>;
  return (
    <div class="delivery">
      <span role="alert">{t(item.reason === 'PAYLOAD_TOO_LARGE' ? 'message.too_long' : 'message.refused')}</span>
      <button type="button" class="text-button" onClick={() => chat.retry(item.id)}>{t('action.retry')}</button>
      <button type="button" class="text-button" onClick={() => chat.discard(item.id)}>{t('action.discard')}</button>
    </div>
  );
}

function waitOf(reach: Reach): Key {
  if (reach === 'offline') return 'message.waiting';
  return reach === 'lost' ? 'message.later' : 'message.sending';
}
