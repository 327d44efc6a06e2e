// What is on its way, or did not get there. Must not know how it is sent.

import { Markdown } from '../../shared/markdown';
import type { Pending } from '../core/thread';
import { Button } from '../parts/Button';
import { online } from '../state/online';
import { discard, tryAgain } from '../state/sending';

export function PendingRow({ pending }: { pending: Pending }) {
  const failed = pending.state === 'failed';
  return (
    <article class={pending.kind === 'note' ? 'note pending' : 'message member pending'} aria-label={failed ? 'Not sent' : 'Being sent'}>
      <div class="message-body">
        <div class={pending.kind === 'note' ? '' : 'bubble'} dir="auto"><Markdown text={pending.text} /></div>
        {failed ? (
          <div class="delivery failed" role="alert">
            <span>Not sent. {pending.error}</span>
            <Button small onClick={() => tryAgain(pending.id)}>Try again</Button>
            <Button small look="quiet" onClick={() => discard(pending.id)}>Back to the draft</Button>
          </div>
        ) : (
          <p class="delivery">{online.value ? 'Sending…' : 'Will be sent when you are online again'}</p>
        )}
      </div>
    </article>
  );
}
