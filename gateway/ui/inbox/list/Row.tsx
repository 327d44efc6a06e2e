// One conversation in the list: who has it, who spoke last, how old and how urgent it is. Must not know how it is loaded.

import { useEffect, useRef } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { isUnread, type Speaker } from '../core/unread';
import { waitingSince } from '../core/list';
import { Ago } from '../parts/Ago';
import { Avatar } from '../parts/Avatar';
import { contactName, teams, wantContact } from '../state/directory';
import { unsent } from '../state/outbox';
import { readUpTo, speakers, wantPeek } from '../state/peeks';
import { follow, view } from '../state/router';
import { myId } from '../state/session';
import { ControlBadge } from './ControlBadge';
import { PriorityMark } from './PriorityMark';

export function Row({ conversation, open }: { conversation: Conversation; open: boolean }) {
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => whenSeen(place.current, () => look(conversation)), [conversation.id, conversation.last_sequence]);
  useEffect(() => (open ? place.current?.scrollIntoView({ block: 'nearest' }) : undefined), [open]);
  const last = speakers.value.get(conversation.id);
  const unread = !open && isUnread(conversation, last, readUpTo.value.get(conversation.id), myId.value);
  const name = contactName(conversation.contact_id);
  const team = teams.value.get(conversation.team_id ?? '');
  return (
    <li ref={place}>
      <a class={`row${unread ? ' unread' : ''}`} aria-current={open ? 'true' : undefined} {...follow({ page: 'inbox', view: view.value, conversation: conversation.id })}>
        {team && <span class={`row-team team-${team.color}`} title={`Team ${team.name}`} />}
        <Avatar name={name} id={conversation.contact_id} />
        <span class="row-main">
          <span class="row-line">
            <span class="row-name"><bdi>{name}</bdi>{unread && <span class="b-sr-only"> (unread)</span>}</span>
            <Ago time={conversation.control === 'waiting' ? waitingSince(conversation) : (conversation.last_activity_time ?? conversation.create_time)} />
          </span>
          <span class="row-preview"><Preview last={last} /></span>
          <span class="row-marks">
            <ControlBadge conversation={conversation} />
            <PriorityMark priority={conversation.priority} />
            {conversation.status !== 'open' && <span class="badge">{conversation.status === 'snoozed' ? 'Snoozed' : 'Resolved'}</span>}
            {unsent.value.has(conversation.id) && <span class="badge unsent">Not sent</span>}
            {team && <span class="b-sr-only">Team {team.name}</span>}
          </span>
        </span>
        {unread && <span class="unread-dot" aria-hidden="true" />}
      </a>
    </li>
  );
}

const SPEAKS: Readonly<Record<string, string>> = { ai: 'AI: ', member: 'Team: ', system: '' };

function Preview({ last }: { last: Speaker | undefined }) {
  if (!last) return <>&nbsp;</>;
  return <>{SPEAKS[last.kind] ?? ''}<bdi>{last.text}</bdi></>;
}

function look(conversation: Conversation): void {
  wantContact(conversation.contact_id);
  wantPeek(conversation);
}

function whenSeen(element: Element | null, seen: () => void): (() => void) | undefined {
  if (!element) return undefined;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    seen();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
