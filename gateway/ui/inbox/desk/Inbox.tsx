// The three panes: list, thread, side panel. On a phone one at a time. Must not know what they show.

import { useEffect, useState } from 'preact/hooks';
import { List } from '../list/List';
import { Views } from '../list/Views';
import { Side } from '../side/Side';
import { ThreadPane } from '../thread/ThreadPane';
import { Empty } from '../parts/States';
import { opened } from '../state/open';
import { prefs } from '../state/prefs';
import { openId } from '../state/router';
import { sideShown } from './side';

export function Inbox() {
  const id = openId.value;
  const [before, setBefore] = useState(id);
  useEffect(() => {
    if (before === id) return;
    sideShown.value = false;
    setBefore(id);
  }, [id]);
  return (
    <main id="main" class={`panes${id ? ' has-open' : ''}${sideShown.value ? ' side-open' : ''}`}>
      <Views />
      <List />
      <section id="thread" class="pane thread-pane" aria-label="Conversation" tabIndex={-1}>
        {id ? <ThreadPane key={id} /> : <Empty icon="inbox" title="Choose a conversation">{prefs.value.keys ? 'J and K walk through the list, ? shows all keys.' : 'It opens here.'}</Empty>}
      </section>
      {id && opened.value?.state !== 'failed' && <Side key={`side-${id}`} />}
    </main>
  );
}
