// A message of the visitor, the AI or a member, with its sources and how far it got. Also a reply that is on its way, which stays the same
// row when it arrives. Must not know the thread around it.

import { Markdown, safeHref } from '../../shared/markdown';
import type { Message } from '../api/types';
import { clockTime, dateTime } from '../core/format';
import type { Job } from '../core/outbox';
import { DELIVERY } from '../core/words';
import { Avatar } from '../parts/Avatar';
import { assistantName, contactName, memberName } from '../state/directory';
import { anchorOf, marked } from '../state/jump';
import { conversation, type Opened } from '../state/open';
import { PendingFoot } from './PendingFoot';

interface MessageRowProps {
  message: Message;
  continues: boolean;
  /** While it is on its way. */
  job: Job | null;
  opened: Opened;
  last: boolean;
}

export function MessageRow({ message, continues, job, opened, last }: MessageRowProps) {
  const name = authorName(message);
  const state = job ? '' : deliveryOf(message, opened, last);
  const classes = ['message', message.author_kind, continues ? 'continues' : '', job ? 'pending' : '', marked.value.has(message.sequence) ? 'marked' : ''];
  return (
    <article id={job ? undefined : anchorOf(message.sequence)} tabIndex={-1} class={classes.filter(Boolean).join(' ')} aria-label={`${name}, ${dateTime(message.create_time)}`}>
      <Avatar small name={name} id={message.author_id ?? message.author_kind} />
      <div class="message-body">
        {!continues && (
          <header class="message-head">
            <span class="message-author"><bdi>{name}</bdi>{message.author_kind === 'ai' && <span class="tag">AI</span>}</span>
            <time dateTime={message.create_time ?? undefined} title={dateTime(message.create_time)}>{clockTime(message.create_time)}</time>
          </header>
        )}
        <div class="bubble" dir="auto"><Markdown text={message.text} /></div>
        {message.sources.length > 0 && <Sources message={message} />}
        {job && <PendingFoot job={job} />}
        {state && <p class={`delivery${message.delivery_state === 'failed' ? ' failed' : ''}`}>{state}</p>}
      </div>
    </article>
  );
}

function authorName(message: Message): string {
  switch (message.author_kind) {
    case 'visitor':
      return contactName(conversation.value?.contact_id ?? message.author_id ?? '');
    case 'ai':
      return assistantName(message.author_id ?? conversation.value?.assistant_id);
    default:
      return memberName(message.author_id);
  }
}

/** Said under the newest of ours, and wherever one did not arrive. */
function deliveryOf(message: Message, { marks }: Opened, last: boolean): string {
  if (message.author_kind === 'visitor') return '';
  if (message.delivery_state === 'failed') return DELIVERY.failed;
  const seen = marks.some((mark) => mark.reader?.kind === 'visitor' && mark.sequence >= message.sequence);
  if (!last) return '';
  return seen ? 'Seen by the visitor' : DELIVERY[message.delivery_state];
}

function Sources({ message }: { message: Message }) {
  return (
    <ul class="sources" aria-label="Sources">
      {message.sources.map((source) => {
        const href = source.uri ? safeHref(source.uri) : null;
        return (
          <li key={source.document_id}>
            {href ? <a href={href} target="_blank" rel="noopener noreferrer nofollow"><bdi>{source.title}</bdi></a> : <span><bdi>{source.title}</bdi></span>}
          </li>
        );
      })}
    </ul>
  );
}
