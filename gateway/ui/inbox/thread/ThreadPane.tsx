// The open conversation: its head, its thread, the composer. Must not know how any of them works.

import { hasReason } from '../core/refusals';
import { IconButton } from '../parts/Button';
import { conversation, load, opened, type Opened } from '../state/open';
import { openConversation } from '../state/router';
import { may } from '../state/session';
import { Empty, Failed, Loading } from '../parts/States';
import { Composer } from '../composer/Composer';
import { Log } from './Log';
import { ThreadHead } from './ThreadHead';

export function ThreadPane() {
  const current = opened.value;
  const about = conversation.value;
  if (!current) return <Loading says="Loading the conversation" />;
  if (current.state === 'failed' && current.thread.messages.length === 0) return <NotThere current={current} />;
  return (
    <>
      {about ? <ThreadHead conversation={about} /> : <div class="pane-head" />}
      {current.state === 'loading' ? <Loading says="Loading the conversation" /> : <Log opened={current} />}
      {about && may('conversations:write') && <Composer conversation={about} />}
    </>
  );
}

function NotThere({ current }: { current: Opened }) {
  const gone = hasReason(current.error, 'NOT_FOUND', 'INVALID_FIELDS');
  return (
    <>
      <header class="pane-head">
        <IconButton icon="back" label="Back to the list" onClick={() => openConversation(null)} />
        <h1>{gone ? 'Not here' : 'Not loaded'}</h1>
      </header>
      {gone ? <Empty icon="inbox" title="This conversation is not here">It never was, or it is not yours to see.</Empty> : <Failed error={current.error} again={() => void load(current.id)} />}
    </>
  );
}
