// The first line: whether an AI or a person speaks, and who. Must not know the thread's messages.

import type { VNode } from 'preact';
import type { Key } from '../app/language';
import { useChat } from './context';
import { Icon } from './icons';

export function Header(): VNode {
  const { chat, language, host, page } = useChat();
  const { t } = language;
  const conversation = chat.thread.value.conversation;
  const control = conversation?.control ?? 'ai';
  const human = control === 'human';
  // While a person is waited for the assistant is silent, and must not stand there as the one who speaks.
  const name = human ? (conversation?.assignee_name ?? t('thread.team')) : control === 'waiting' ? t('header.waiting') : (chat.session.value?.assistant_name ?? '');
  // Where there is no chat to be had nobody is invited to it.
  const none = name === '' && chat.fault.value !== null;
  const line: Key = control === 'ai' ? 'header.invite' : 'header.team';
  return (
    <header class="header">
      <span class={human ? 'avatar person' : 'avatar'} aria-hidden="true">
        <Icon name={control === 'ai' ? 'spark' : human ? 'person' : 'clock'} />
      </span>
      <div class="who">
        <h1 class="name">
          <bdi>{name}</bdi>
          {control !== 'waiting' && <span class="kind">{t(human ? 'header.person' : 'header.ai')}</span>}
        </h1>
        {!none && <p class="line">{t(line)}</p>}
      </div>
      {!host.alone && !page && (
        <div class="tools">
          <button type="button" class="tool wide-only" aria-label={t('action.expand')} title={t('action.expand')} onClick={() => host.tell({ type: 'expand' })}>
            <Icon name="expand" />
          </button>
          <button type="button" class="tool" aria-label={t('action.close')} title={t('action.close')} onClick={() => host.tell({ type: 'close' })}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </header>
  );
}
