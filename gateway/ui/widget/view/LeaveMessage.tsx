// The way to people where the assistant hands nothing over: a message with an address to answer to. Must not know why it hands nothing over.

import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { excessOf, looksLikeEmail, sendable } from '../model/composing';
import { useChat } from './context';
import { EmailField } from './EmailField';
import { Trouble } from './Trouble';

export function LeaveMessage(): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const [email, setEmail] = useState('');
  const [text, setText] = useState(chat.draft);
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const message = sendable(text);
  // With an open conversation there is something to answer to already.
  const needed = chat.thread.value.conversation?.resolved !== false && message === '';
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (!looksLikeEmail(email) || needed || excessOf(text) > 0) return;
    if (await chat.person.leaveMessage(message, email.trim())) chat.draft = '';
  }
  return (
    <form class="below leave" noValidate onSubmit={(event) => void submit(event)} aria-label={t('leave.title')}>
      <p class="foot-title">{t('leave.title')}</p>
      <p class="foot-line">{t('leave.intro')}</p>
      <div class="field">
        <label for="leave-text">{t('leave.text')}</label>
        <textarea id="leave-text" ref={field} rows={3} value={text} aria-invalid={tried && needed} onInput={(event) => setText(event.currentTarget.value)} />
        {tried && needed && <p class="fault-line">{t('leave.text_needed')}</p>}
        {excessOf(text) > 0 && <p class="fault-line">{t('composer.too_long', { count: excessOf(text) })}</p>}
      </div>
      <EmailField id="leave-email" value={email} invalid={tried && !looksLikeEmail(email)} onValue={setEmail} />
      <Trouble />
      <div class="row">
        <button type="submit" class="button" disabled={chat.busy.value}>{t('leave.submit')}</button>
        <button type="button" class="text-button" onClick={() => (chat.leaving.value = false)}>{t('action.cancel')}</button>
      </div>
    </form>
  );
}
