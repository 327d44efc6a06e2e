// The document's beginning: who we are shown to, under which key or link, in which language. Everything else is joined in app/chat.ts.

import '../shared/tokens.css';
import '../shared/base.css';
import './view/frame.css';
import './view/thread.css';
import './view/forms.css';
import { render } from 'preact';
import { appear } from './app/appearance';
import { Chat } from './app/chat';
import { enter } from './app/enter';
import { followVisibility } from './app/visibility';
import { followViewport } from './app/viewport';
import { widgetLanguage } from './app/language';
import { openingOf } from './app/opening';
import { originsOf } from './protocol';
import { App } from './view/App';
import { ChatContext } from './view/context';

async function begin(root: HTMLElement): Promise<void> {
  const opening = openingOf(window);
  const chat = new Chat(opening);
  const listed = document.querySelector<HTMLMetaElement>('meta[name="baton-sites"]')?.content ?? '';
  // Listening begins before anything is waited for: the page speaks as soon as the document is loaded.
  const { host, shown, focused, drawn } = appear({
    window,
    origins: originsOf(listed, location.origin),
    page: opening.page,
    unread: chat.unread,
    onEnter: (at) => enter(document, at),
  });
  followVisibility(chat, shown);
  followViewport();
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
  drawn();
}

const root = document.getElementById('app');
if (root !== null) void begin(root);
