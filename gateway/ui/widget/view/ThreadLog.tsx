// The thread from its first message to what is growing now. Must not know how messages are got or sent.

import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { rowsOf } from '../model/rows';
import { visiblePartial } from '../model/thread';
import { useChat } from './context';
import { GrowingAnswer } from './GrowingAnswer';
import { Icon } from './icons';
import { RowItem } from './RowItem';
import { useEnd } from './use-end';

export function ThreadLog(): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const state = chat.thread.value;
  const messages = [...state.earlier, ...state.messages];
  const stored = new Set(messages.map((message) => message.client_message_id));
  const unsent = chat.outbox.value.items.filter((item) => !stored.has(item.id));
  const rows = rowsOf(messages, unsent);
  const partial = visiblePartial(state);
  const mark = `${rows.length}:${partial?.bytes ?? 0}:${state.staffTypingUntil > 0}`;
  const { scroller, away, onScroll, toEnd } = useEnd(mark, unsent.at(-1)?.id);
  // What was there before is not news: the region begins to speak after the first load.
  const speaking = useSettled(chat.loaded.value);
  return (
    <div class="thread" ref={scroller} onScroll={onScroll} tabIndex={0} role="region" aria-label={t('thread.label')}>
      {!chat.loaded.value && <p class="loading">{t('thread.loading')}</p>}
      {chat.loaded.value && rows.length === 0 && <Greeting />}
      <div class="log" role="log" aria-live={speaking ? 'polite' : 'off'} aria-atomic="false" aria-relevant="additions" aria-label={t('thread.label')}>
        {rows.map((row) => <RowItem key={row.key} row={row} />)}
      </div>
      <GrowingAnswer partial={partial} />
      {away && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" />
          {t('action.newest')}
        </button>
      )}
    </div>
  );
}

function Greeting(): VNode {
  const { chat, language } = useChat();
  const name = chat.session.value?.assistant_name ?? '';
  return (
    <div class="message from-us ai">
      <div class="bubble"><p dir="auto">{language.t('thread.greeting', { name })}</p></div>
    </div>
  );
}

/** True one moment after it became true. */
function useSettled(ready: boolean): boolean {
  const [settled, settle] = useState(false);
  useEffect(() => {
    if (!ready) return undefined;
    const timer = setTimeout(() => settle(true), 500);
    return () => clearTimeout(timer);
  }, [ready]);
  return settled;
}
