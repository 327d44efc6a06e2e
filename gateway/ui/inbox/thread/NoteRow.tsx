// A note: unlike a message at first sight, because it never reaches the visitor. Also one that is on its way, which stays the same row when
// it arrives. Must not know the thread around it.

import { Markdown } from '../../shared/markdown';
import type { Note } from '../api/types';
import { clockTime, dateTime } from '../core/format';
import type { Job } from '../core/outbox';
import { Icon } from '../parts/Icon';
import { memberName } from '../state/directory';
import { PendingFoot } from './PendingFoot';

export function NoteRow({ note, job }: { note: Note; job: Job | null }) {
  const name = memberName(note.author_id);
  return (
    <article class={`note${job ? ' pending' : ''}`} aria-label={`Note by ${name}, ${dateTime(note.create_time)}; only the team sees this`}>
      <header class="note-head">
        <Icon name="note" />
        <span class="message-author"><bdi>{name}</bdi></span>
        <span class="note-who">Only the team sees this</span>
        <time dateTime={note.create_time ?? undefined} title={dateTime(note.create_time)}>{clockTime(note.create_time)}</time>
      </header>
      <div dir="auto"><Markdown text={note.text} /></div>
      {job && <PendingFoot job={job} />}
    </article>
  );
}
