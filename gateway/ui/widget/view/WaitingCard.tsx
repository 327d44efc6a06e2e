// While a person is waited for: what was promised, where the answer goes, and the way back. Must not compute promises.

import type { VNode } from 'preact';
import type { Conversation } from '../model/types';
import { useChat } from './context';
import { EmailForm } from './EmailForm';
import { Icon } from './icons';
import { Trouble } from './Trouble';

export function WaitingCard({ conversation }: { conversation: Conversation }): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const left = chat.emailLeft.value;
  return (
    <section class="foot waiting" aria-label={t('waiting.title')}>
      <p class="foot-title"><Icon name="clock" />{t('waiting.title')}</p>
      <p class="foot-line" dir="auto">{conversation.promise?.text || t('waiting.default')}</p>
      {conversation.answer_by_email && <p class="foot-line confirmed"><Icon name="mail" />{t('waiting.by_email')}</p>}
      {left && !conversation.answer_by_email && <p class="foot-line confirmed" role="status"><Icon name="check" />{t('waiting.email_left')}</p>}
      {conversation.email_wanted === true && !left && <EmailForm />}
      <Trouble />
      <button type="button" class="text-button" disabled={chat.busy.value} onClick={() => void chat.person.withdraw()}>
        {t('action.withdraw')}
      </button>
    </section>
  );
}
