// The way to people where the assistant hands nothing over: a message with an address to answer to. Must not know why it hands nothing over.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { excessOf, looksLikeEmail, sendable } from '../model/composing';
import { useChat } from './context';
import { EmailField } from './EmailField';
import { MessageField } from './MessageField';
import { Trouble } from './Trouble';
import { useFirstInvalid } from './use-first-invalid';

export function LeaveMessage(): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const { text, email, tries, setText, setEmail, setTries } = useTyped();
  const form = useFirstInvalid(tries);
  const message = sendable(text);
  const excess = excessOf(text);
  // With an open conversation there is something to answer to already.
  const needed = chat.thread.value.conversation?.resolved !== false && message === '';
  const tried = tries > 0;
  const fault = tried && needed ? t('leave.text_needed') : excess > 0 ? t('composer.too_long', { count: excess }) : null;
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setTries(tries + 1);
    if (!looksLikeEmail(email) || needed || excess > 0) return;
    if (await chat.person.leaveMessage(message, email.trim())) chat.address = '';
  }
  return (
    <form ref={form} class="below leave" noValidate onSubmit={(event) => void submit(event)} aria-label={t('leave.title')}>
      <p class="foot-title">{t('leave.title')}</p>
      <p class="foot-line">{t('leave.intro')}</p>
      <MessageField id="leave-text" value={text} fault={fault} onValue={setText} />
      <EmailField id="leave-email" value={email} invalid={tried && !looksLikeEmail(email)} onValue={setEmail} />
      <Trouble />
      <div class="row">
        <button type="submit" class="button" disabled={chat.busy.value}>{t('leave.submit')}</button>
        <button type="button" class="text-button" onClick={() => (chat.leaving.value = false)}>{t('action.cancel')}</button>
      </div>
    </form>
  );
}

interface Typed {
  text: string;
  email: string;
  /** How often it was sent. */
  tries: number;
  setText: (text: string) => void;
  setEmail: (email: string) => void;
  setTries: (tries: number) => void;
}

/** What is typed outlives the form: the text is the composer's too, where it goes on when the visitor thinks better of it. */
function useTyped(): Typed {
  const { chat } = useChat();
  const [text, showText] = useState(chat.draft);
  const [email, showEmail] = useState(chat.address);
  const [tries, setTries] = useState(0);
  return {
    text,
    email,
    tries,
    setText: (typed) => showText((chat.draft = typed)),
    setEmail: (typed) => showEmail((chat.address = typed)),
    setTries,
  };
}
