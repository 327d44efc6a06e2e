// Under what is on its way, or did not get there. Must not know how it is sent.

import type { Job } from '../core/outbox';
import { Button } from '../parts/Button';
import { online } from '../state/online';
import { discard, tryAgain } from '../state/sending';

export function PendingFoot({ job }: { job: Job }) {
  if (job.state === 'waiting') return <p class="delivery">{online.value ? 'Sending…' : 'Will be sent when you are online again'}</p>;
  return (
    <div class="delivery failed" role="alert">
      <span>Not sent. {job.error}</span>
      <Button small onClick={() => tryAgain(job.id)}>Try again</Button>
      <Button small look="quiet" onClick={() => discard(job.id)}>Back to the draft</Button>
    </div>
  );
}
