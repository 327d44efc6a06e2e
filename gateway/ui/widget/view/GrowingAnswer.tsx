// An answer that is being made, or the sign that somebody writes. For the eye only: the log reads the answer out once it is whole.

import type { VNode } from 'preact';
import { Markdown } from '../../shared/markdown';
import type { Partial } from '../model/partial';
import { useChat } from './context';

export function GrowingAnswer({ partial }: { partial: Partial | null }): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const human = chat.thread.value.staffTypingUntil > 0;
  const name = chat.session.value?.assistant_name ?? '';
  const says = human ? t('thread.person_writing') : partial !== null ? t('thread.writing', { name }) : '';
  return (
    <>
      {partial !== null && (
        <div class="message from-us ai first growing" aria-hidden="true">
          <p class="author"><bdi>{name}</bdi><span class="author-kind"> · {t('header.ai')}</span></p>
          <div class="bubble"><Markdown text={partial.text} /></div>
        </div>
      )}
      {human && partial === null && <Dots />}
      <p class="b-sr-only" role="status">{says}</p>
    </>
  );
}

function Dots(): VNode {
  return (
    <div class="message from-us first" aria-hidden="true">
      <div class="bubble dots"><span /><span /><span /></div>
    </div>
  );
}
