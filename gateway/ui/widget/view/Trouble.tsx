// What went wrong with the visitor's last wish, in one line that is read out. Must not know the wish.

import type { VNode } from 'preact';
import { useChat } from './context';

export function Trouble(): VNode {
  const { chat, language } = useChat();
  const trouble = chat.trouble.value;
  return <div role="alert">{trouble !== null && <p class="trouble">{language.t(trouble)}</p>}</div>;
}
