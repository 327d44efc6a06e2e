// Why a person is needed, where that stands, and what the visitor was told. Must not know routing.

import type { Conversation, Handoff } from '../api/types';
import { dateTime } from '../core/format';
import { HANDOFF_REASONS, HANDOFF_STATES, RETURN_CAUSES } from '../core/words';
import { Ago } from '../parts/Ago';
import { Icon } from '../parts/Icon';
import { Card } from './Card';

export function HandoffCard({ conversation }: { conversation: Conversation }) {
  const { handoff } = conversation;
  if (!handoff) return null;
  const open = handoff.state === 'requested' || handoff.state === 'assigned';
  return (
    <Card title="Handoff" aside={<span class={`badge${open ? ' waiting' : ''}`}>{HANDOFF_STATES[handoff.state]}</span>}>
      <p class="handoff-reason">{HANDOFF_REASONS[handoff.reason]}{handoff.return_cause && `: ${RETURN_CAUSES[handoff.return_cause]}`}</p>
      {open && <p class="muted">Waiting · <Ago time={handoff.waiting_since_time ?? handoff.create_time} /></p>}
      <Promised handoff={handoff} />
      {handoff.fallback_promised_time && <p class="muted">An answer by e-mail was promised {dateTime(handoff.fallback_promised_time)}.</p>}
      {handoff.alarmed_time && <p class="banner danger"><Icon name="warn" /> Nobody took it and nobody could be told ({dateTime(handoff.alarmed_time)}).</p>}
    </Card>
  );
}

function Promised({ handoff }: { handoff: Handoff }) {
  const { promise } = handoff;
  if (!promise) return null;
  return (
    <div class="promise">
      <span class="muted">The visitor was told{promise.outside_hours ? ', outside office hours' : ''}</span>
      <p><bdi>{promise.text}</bdi></p>
      {promise.promised_by_time && <p class="muted">By {dateTime(promise.promised_by_time)}</p>}
    </div>
  );
}
