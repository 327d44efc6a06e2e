// What every component may reach: the chat, the language, the page around us. Must not hold anything of its own.

import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Chat } from '../app/chat';
import type { Host } from '../app/host';
import type { WidgetLanguage } from '../app/language';

export interface Surroundings {
  chat: Chat;
  language: WidgetLanguage;
  host: Host;
  /** Rises whenever the frame is opened by hand: the composer takes the focus. */
  focused: Signal<number>;
  /** The whole page is ours. */
  page: boolean;
}

export const ChatContext = createContext<Surroundings | null>(null);

export function useChat(): Surroundings {
  const surroundings = useContext(ChatContext);
  if (surroundings === null) throw new Error('a component stands outside of ChatContext');
  return surroundings;
}
