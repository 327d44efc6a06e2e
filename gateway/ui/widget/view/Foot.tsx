// Between thread and composer: the visitor's exits, according to who is in control. One of them is always in sight. Must not know the network.

import type { VNode } from 'preact';
import { useChat } from './context';
import { Icon } from './icons';
import { Trouble } from './Trouble';
import { WaitingCard } from './WaitingCard';

export function Foot(): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const conversation = chat.thread.value.conversation;
  if (conversation?.resolved) {
    return (
      <>
        <div class="foot resolved" role="status">
          <p class="foot-title">{t('resolved.title')}</p>
          <p class="foot-line">{t('resolved.hint')}</p>
        </div>
        <Exit />
      </>
    );
  }
  if (conversation?.control === 'waiting') return <WaitingCard conversation={conversation} />;
  if (conversation?.control === 'human') return <Trouble />;
  return <Exit />;
}

function Exit(): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const handsOver = chat.handsOver.value;
  const ask = (): void => {
    if (handsOver) void chat.person.ask(t('wish'));
    else chat.leaving.value = true;
  };
  return (
    <div class="exit">
      <button type="button" class="chip" disabled={chat.busy.value || chat.session.value === null} onClick={ask}>
        <Icon name={handsOver ? 'person' : 'mail'} />
        {t(handsOver ? 'action.person' : 'action.message')}
      </button>
      <Trouble />
    </div>
  );
}
