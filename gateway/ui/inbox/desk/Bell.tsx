// The bell: how many notices are unread, and the list of them. Must not know how they arrive.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Notice } from '../api/types';
import { NOTICE_KINDS } from '../core/words';
import { Ago } from '../parts/Ago';
import { Button } from '../parts/Button';
import { Icon } from '../parts/Icon';
import { Empty, Failed, Loading } from '../parts/States';
import { contactName, wantContact } from '../state/directory';
import { held } from '../state/lists';
import { loadNotices, moreNotices, notices, readNotices } from '../state/notices';
import { openConversation } from '../state/router';

export function Bell() {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLDivElement>(null);
  useEffect(() => (open ? closeOutside(anchor.current, () => setOpen(false)) : undefined), [open]);
  const { state, unread } = notices.value;
  if (state === 'absent') return null;
  const count = unread > 99 ? '99+' : String(unread);
  return (
    <div class="menu-anchor" ref={anchor}>
      <button type="button" class="icon-button" aria-label={unread > 0 ? `Notices, ${count} unread` : 'Notices'} title="Notices" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="bell" />
        {unread > 0 && <span class="count-badge" aria-hidden="true">{count}</span>}
      </button>
      {open && <Panel close={() => setOpen(false)} />}
    </div>
  );
}

function closeOutside(anchor: HTMLElement | null, close: () => void): () => void {
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !anchor?.contains(event.target)) close();
  };
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    close();
    anchor?.querySelector('button')?.focus();
  };
  document.addEventListener('pointerdown', outside);
  document.addEventListener('keydown', escape, true);
  return () => {
    document.removeEventListener('pointerdown', outside);
    document.removeEventListener('keydown', escape, true);
  };
}

function Panel({ close }: { close: () => void }) {
  const { state, list, next, unread } = notices.value;
  return (
    <section class="menu panel" aria-label="Notices">
      <header class="panel-head">
        <h2>Notices</h2>
        {unread > 0 && <Button small look="quiet" onClick={() => void readNotices(null)}>Mark all read</Button>}
      </header>
      {state === 'loading' && <Loading says="Loading notices" />}
      {state === 'failed' && <Failed error={new Error()} again={() => void loadNotices()} />}
      {state === 'loaded' && list.length === 0 && <Empty icon="bell" title="Nothing new">You hear here when somebody needs you.</Empty>}
      <ul class="plain-list">{list.map((notice) => <Line key={notice.id} notice={notice} close={close} />)}</ul>
      {next && <Button small look="quiet" onClick={() => void moreNotices()}>Older notices</Button>}
    </section>
  );
}

function Line({ notice, close }: { notice: Notice; close: () => void }) {
  const conversation = held.value.get(notice.conversation_id);
  if (conversation) wantContact(conversation.contact_id);
  const open = (): void => {
    if (!notice.read) void readNotices([notice.id]);
    openConversation(notice.conversation_id);
    close();
  };
  return (
    <li>
      <button type="button" class={`notice${notice.read ? '' : ' unread'}`} onClick={open}>
        <span class="notice-kind">{NOTICE_KINDS[notice.kind]}{!notice.read && <span class="b-sr-only">, unread</span>}</span>
        <span class="notice-who">{conversation ? <bdi>{contactName(conversation.contact_id)}</bdi> : 'Open the conversation'}</span>
        <Ago time={notice.create_time} />
      </button>
    </li>
  );
}
