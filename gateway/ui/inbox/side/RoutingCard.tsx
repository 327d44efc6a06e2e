// Why routing did what it did, and why a conversation is still waiting. Must not know how it decides.

import { explainRouting } from '../api/conversations';
import type { Conversation, Decision, Explanation } from '../api/types';
import { FILTERS, OUTCOMES } from '../core/words';
import { Ago } from '../parts/Ago';
import { Failed, Loading } from '../parts/States';
import { memberName } from '../state/directory';
import { FoldedCard } from './Card';
import { useLoaded } from './useLoaded';

export function RoutingCard({ conversation }: { conversation: Conversation }) {
  const title = conversation.control === 'waiting' ? 'Why is this still waiting?' : 'Routing';
  return <FoldedCard title={title}>{() => <Explained conversation={conversation} />}</FoldedCard>;
}

function Explained({ conversation }: { conversation: Conversation }) {
  const [loaded, again] = useLoaded(() => explainRouting(conversation.id), `${conversation.id} ${conversation.assignment_version} ${conversation.control}`);
  if (loaded.state === 'loading') return <Loading says="Loading routing's reasons" />;
  if (loaded.state === 'failed') return <Failed error={loaded.error} again={again} />;
  const { decisions, position } = loaded.value;
  return (
    <div class="routing">
      <p>{summary(loaded.value)}{position && <> It is number <strong>{position}</strong> in the queue.</>}</p>
      <ol class="plain-list decisions">{decisions.slice(0, 8).map((decision) => <DecisionLine key={decision.id} decision={decision} />)}</ol>
    </div>
  );
}

function summary({ waiting, decisions }: Explanation): string {
  const newest = decisions[0];
  if (!waiting) return newest ? 'It does not wait for anybody now.' : 'Routing had nothing to do here yet.';
  if (!newest) return 'Routing has not looked at it yet.';
  if (newest.outcome === 'assigned') return `${memberName(newest.member_id)} was asked and has not taken it yet.`;
  if (newest.candidates.length === 0) return 'There was nobody to ask.';
  const reasons = new Set(newest.candidates.map((one) => one.filtered).filter((one) => one != null));
  return reasons.size > 0 ? `Nobody could be asked: ${[...reasons].map((one) => FILTERS[one]).join(', ')}.` : 'Routing is deciding.';
}

function DecisionLine({ decision }: { decision: Decision }) {
  return (
    <li class="decision">
      <p class="decision-head">
        <strong>{OUTCOMES[decision.outcome]}{decision.member_id && <>: <bdi>{memberName(decision.member_id)}</bdi></>}</strong>
        <Ago time={decision.create_time} />
      </p>
      {decision.candidates.length > 0 && (
        <ul class="plain-list muted">
          {decision.candidates.map((one) => (
            <li key={one.member_id}><bdi>{memberName(one.member_id)}</bdi> holds {one.held}{one.limit > 0 && ` of ${one.limit}`}{one.filtered ? ` · ${FILTERS[one.filtered]}` : ''}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
