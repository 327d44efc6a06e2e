// Where the visitor writes. Enter sends, unless an input method is at work; the draft outlives the page. Must not know how messages travel.

import type { RefObject, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { excessOf, sendable } from '../model/composing';
import { useChat } from './context';
import { Icon } from './icons';

export function Composer(): VNode {
  const { t } = useChat().language;
  const { field, draft, excess, ready, change, send } = useDraft();
  function onKeyDown(event: KeyboardEvent): void {
    // Safari ends a composition before the key that ended it: 229 is what tells.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    send();
  }
  return (
    <form class="composer" onSubmit={(event) => (event.preventDefault(), send())}>
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        enterkeyhint="send"
        value={draft}
        placeholder={t('composer.placeholder')}
        aria-label={t('composer.label')}
        aria-describedby="composer-hint"
        aria-invalid={excess > 0}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" aria-label={t('action.send')} title={t('action.send')} disabled={!ready}>
        <Icon name="send" />
      </button>
      <p id="composer-hint" class={excess > 0 ? 'fault-line' : 'b-sr-only'}>
        {excess > 0 ? t('composer.too_long', { count: excess }) : t('composer.hint')}
      </p>
    </form>
  );
}

interface Draft {
  field: RefObject<HTMLTextAreaElement>;
  draft: string;
  /** So many characters are too many. */
  excess: number;
  ready: boolean;
  change: (text: string) => void;
  send: () => void;
}

function useDraft(): Draft {
  const { chat, focused, page } = useChat();
  const [draft, setDraft] = useState(chat.draft);
  const field = useRef<HTMLTextAreaElement>(null);
  const excess = excessOf(draft);
  const ready = sendable(draft) !== '' && excess === 0;
  useEffect(() => {
    if (page || focused.value > 0) field.current?.focus();
  }, [focused.value, page]);
  useLayoutEffect(() => grow(field.current), [draft]);

  function change(text: string): void {
    setDraft(text);
    chat.draft = text;
    if (sendable(text) === '') chat.typing.stopped();
    else chat.typing.typed();
  }
  function send(): void {
    if (!ready) return;
    chat.write(sendable(draft));
    setDraft('');
    chat.draft = '';
    field.current?.focus();
  }
  return { field, draft, excess, ready, change, send };
}

/** As high as its text, up to what the style allows. */
function grow(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.setProperty('--rows-height', 'auto');
  field.style.setProperty('--rows-height', `${field.scrollHeight}px`);
}
