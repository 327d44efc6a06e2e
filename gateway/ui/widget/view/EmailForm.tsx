// Asks for an address while nobody has taken the conversation. Must not insist.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { looksLikeEmail } from '../model/composing';
import { useChat } from './context';
import { EmailField } from './EmailField';
import { useFirstInvalid } from './use-first-invalid';

export function EmailForm(): VNode {
  const { chat, language } = useChat();
  const { t } = language;
  const [email, setEmail] = useState('');
  const [invalid, setInvalid] = useState(false);
  const [tries, setTries] = useState(0);
  const form = useFirstInvalid(tries);
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    setInvalid(!looksLikeEmail(email));
    setTries(tries + 1);
    if (looksLikeEmail(email)) void chat.person.leaveEmail(email.trim());
  }
  return (
    <form ref={form} class="email-form" noValidate onSubmit={submit}>
      <p class="foot-line">{t('waiting.email')}</p>
      <EmailField id="email" value={email} invalid={invalid} onValue={setEmail} />
      <button type="submit" class="button" disabled={chat.busy.value}>{t('email.submit')}</button>
    </form>
  );
}
