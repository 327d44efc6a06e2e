// The document's beginning: who we are shown to, under which key or link, in which language. Everything else is joined in app/chat.ts.

import '../shared/tokens.css';
import '../shared/base.css';
import './view/frame.css';
import './view/thread.css';
import './view/forms.css';
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { Chat } from './app/chat';
import { followVisibility } from './app/visibility';
import { followViewport } from './app/viewport';
import { joinHost } from './app/host';
import { widgetLanguage } from './app/language';
import { openingOf } from './app/opening';
import { originsOf } from './protocol';
import { App } from './view/App';
import { ChatContext } from './view/context';

async function begin(root: HTMLElement): Promise<void> {
  const opening = openingOf(window);
  const chat = new Chat(opening);
  const shown = signal(opening.page);
  const focused = signal(0);
  const listed = document.querySelector<HTMLMetaElement>('meta[name="baton-sites"]')?.content ?? '';
  // Listening begins before anything is waited for: the page speaks as soon as the document is loaded.
  let greeted = false;
  const host = joinHost({
    window,
    origins: originsOf(listed, location.origin),
    onTold(told) {
      if (told.type === 'open' && !shown.value) focused.value += 1;
      if (told.type === 'open' || told.type === 'close') shown.value = told.type === 'open';
      if (!greeted) host.tell({ type: 'ready' });
      greeted = true;
      host.tell({ type: 'unread', count: chat.unread.value });
    },
  });
  if (host.alone) shown.value = true;
  followVisibility(chat, shown);
  followViewport();
  effect(() => host.tell({ type: 'unread', count: chat.unread.value }));
  void chat.start();
  const language = await widgetLanguage(navigator.languages);
  document.documentElement.lang = language.code;
  document.title = language.t('frame.title');
  render(
    <ChatContext.Provider value={{ chat, language, host, focused, page: opening.page }}>
      <App />
    </ChatContext.Provider>,
    root,
  );
}

const root = document.getElementById('app');
if (root !== null) void begin(root);
