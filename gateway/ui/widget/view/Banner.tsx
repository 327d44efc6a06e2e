// What stands between the visitor and the gateway: no network, no answer, or too many messages. Must not cover the thread.

import type { VNode } from 'preact';
import { secondsToWait } from '../model/outbox';
import { useChat } from './context';

export function Banner(): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const limited = chat.outbox.value.limited ? secondsToWait(chat.outbox.value, chat.now.value) : 0;
  const reach = chat.reach.value;
  return (
    <>
      <div class="banner-region" role="status">
        {reach !== 'ok' && <p class="banner">{t(reach === 'offline' ? 'banner.offline' : 'banner.connecting')}</p>}
      </div>
      {/* A countdown that is read out each second helps nobody: the timer role is silent. */}
      {reach === 'ok' && limited > 0 && <p class="banner" role="timer">{t('banner.limited', { count: limited })}</p>}
    </>
  );
}
