// A message that the gateway has not acknowledged yet, and what can be done about it. Must not send anything itself.

import type { VNode } from 'preact';
import type { Key } from '../app/language';
import type { Pending } from '../model/outbox';
import { useChat } from './context';

export function PendingItem({ item }: { item: Pending }): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const refused = item.state === 'refused';
  return (
    <div class={`message from-you visitor first${refused ? ' refused' : ' pending'}`}>
      <p class="b-sr-only">{t('thread.you')}</p>
      <div class="bubble"><p dir="auto" class="md-plain">{item.text}</p></div>
      <p class="delivery">
        {t(stateOf(item, chat.online.value))}
        {refused && (
          <>
            <button type="button" class="text-button" onClick={() => chat.retry(item.id)}>{t('action.retry')}</button>
            <button type="button" class="text-button" onClick={() => chat.discard(item.id)}>{t('action.discard')}</button>
          </>
        )}
      </p>
    </div>
  );
}

function stateOf(item: Pending, online: boolean): Key {
  if (item.state === 'refused') return item.reason === 'PAYLOAD_TOO_LARGE' ? 'message.too_long' : 'message.refused';
  return online ? 'message.sending' : 'message.waiting';
}
