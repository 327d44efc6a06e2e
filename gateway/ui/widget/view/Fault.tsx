// What is shown when there is no chat to be had. Must not guess at causes.

import type { VNode } from 'preact';
import { useChat } from './context';

export function Fault(): VNode {
  const { chat, language, page } = useChat();
  const { t } = language;
  const gone = chat.fault.value === 'no_session';
  return (
    <div class="fault" role="alert">
      <p>{t(gone ? (page ? 'fault.link' : 'fault.no_session') : 'fault.broken')}</p>
      {!gone && (
        <button type="button" class="button" onClick={() => chat.again()}>
          {t('action.retry')}
        </button>
      )}
    </div>
  );
}
