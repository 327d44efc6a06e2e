// A line of Baton's own: what happened, and the words the visitor read about it. Must not know the thread around it.

import type { Message } from '../api/types';
import { clockTime, dateTime } from '../core/format';
import { SYSTEM_NOTICES } from '../core/words';
import { anchorOf, marked } from '../state/jump';

export function SystemRow({ message }: { message: Message }) {
  const what = message.system_notice ? SYSTEM_NOTICES[message.system_notice] : '';
  return (
    <div id={anchorOf(message.sequence)} tabIndex={-1} class={`system${marked.value.has(message.sequence) ? ' marked' : ''}`}>
      <span class="system-what">{what}</span>
      <time dateTime={message.create_time ?? undefined} title={dateTime(message.create_time)}>{clockTime(message.create_time)}</time>
      {message.text && <p class="system-text">The visitor reads: <bdi>{message.text}</bdi></p>}
    </div>
  );
}
