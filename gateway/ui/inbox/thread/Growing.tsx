// The AI's answer while it is being made. Not read out piece by piece: the whole answer is. Must not know the fence.

import { Markdown } from '../../shared/markdown';
import type { Growing as Text } from '../core/growing';
import { Avatar } from '../parts/Avatar';
import { assistantName } from '../state/directory';
import { conversation } from '../state/open';

export function Growing({ growing }: { growing: Text }) {
  const id = conversation.value?.assistant_id ?? '';
  const name = assistantName(id);
  return (
    <article class="message ai growing" aria-hidden="true">
      <Avatar small name={name} id={id} />
      <div class="message-body">
        <header class="message-head"><span class="message-author"><bdi>{name}</bdi><span class="tag">AI</span></span><span>is answering…</span></header>
        <div class="bubble" dir="auto"><Markdown text={growing.text} /></div>
      </div>
    </article>
  );
}
