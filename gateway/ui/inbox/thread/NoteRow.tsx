// A note: unlike a message at first sight, because it never reaches the visitor. Must not know the thread around it.

import { Markdown } from '../../shared/markdown';
import type { Note } from '../api/types';
import { clockTime, dateTime } from '../core/format';
import { Icon } from '../parts/Icon';
import { memberName } from '../state/directory';

export function NoteRow({ note }: { note: Note }) {
  const name = memberName(note.author_id);
  return (
    <article class="note" aria-label={`Note by ${name}, ${dateTime(note.create_time)}; only the team sees this`}>
      <header class="note-head">
        <Icon name="note" />
        <span class="message-author"><bdi>{name}</bdi></span>
        <span class="note-who">Only the team sees this</span>
        <time dateTime={note.create_time ?? undefined} title={dateTime(note.create_time)}>{clockTime(note.create_time)}</time>
      </header>
      <div dir="auto"><Markdown text={note.text} /></div>
    </article>
  );
}
