// What was sent to whom about this conversation, and why something was not. Must not know how it is sent.

import { readLedger } from '../api/conversations';
import type { Conversation, LedgerEntry } from '../api/types';
import { isMissing } from '../core/refusals';
import { DECISIONS, LEDGER_REASONS, NOTICE_KINDS } from '../core/words';
import { Ago } from '../parts/Ago';
import { Failed, Loading } from '../parts/States';
import { contactName, memberName } from '../state/directory';
import { FoldedCard } from './Card';
import { useLoaded } from './useLoaded';

export function LedgerCard({ conversation }: { conversation: Conversation }) {
  return <FoldedCard title="Notifications">{() => <Entries id={conversation.id} revision={conversation.revision} />}</FoldedCard>;
}

function Entries({ id, revision }: { id: string; revision: number }) {
  const [loaded, again] = useLoaded(() => readLedger(id), `${id} ${revision}`);
  if (loaded.state === 'loading') return <Loading says="Loading notifications" />;
  if (loaded.state === 'failed') {
    return isMissing(loaded.error) ? <p class="muted">This Baton keeps no ledger of notifications.</p> : <Failed error={loaded.error} again={again} />;
  }
  if (loaded.value.length === 0) return <p class="muted">Nobody was notified yet.</p>;
  return <ul class="plain-list ledger">{loaded.value.map((entry) => <Entry key={entry.id} entry={entry} />)}</ul>;
}

function Entry({ entry }: { entry: LedgerEntry }) {
  const whom = entry.member_id ? memberName(entry.member_id) : entry.contact_id ? contactName(entry.contact_id) : 'Nobody';
  return (
    <li class="decision">
      <p class="decision-head">
        <span><span class={`tag ledger-${entry.decision}`}>{DECISIONS[entry.decision]}</span> {entry.channel === 'email' ? 'E-mail' : 'In the inbox'} to <bdi>{whom}</bdi></span>
        <Ago time={entry.create_time} />
      </p>
      <p class="muted">{NOTICE_KINDS[entry.kind]}{LEDGER_REASONS[entry.reason] && `: ${LEDGER_REASONS[entry.reason]}`}{entry.attempt > 1 && ` (attempt ${entry.attempt})`}</p>
    </li>
  );
}
