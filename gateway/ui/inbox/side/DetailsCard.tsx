// The plain facts of a conversation, ids included: what one quotes when asking for help. Must not know more.

import type { Conversation } from '../api/types';
import { dateTime } from '../core/format';
import { assistantName } from '../state/directory';
import { Card } from './Card';

export function DetailsCard({ conversation }: { conversation: Conversation }) {
  const facts: [string, string | null | undefined][] = [
    ['Assistant', assistantName(conversation.assistant_id)],
    ['Channel', conversation.channel],
    ['Began', dateTime(conversation.create_time)],
    ['Snoozed until', conversation.status === 'snoozed' ? (dateTime(conversation.snoozed_until_time) || 'the visitor writes') : null],
    ['External id', conversation.external_id],
    ['Id', conversation.id],
  ];
  return (
    <Card title="Conversation">
      <dl class="facts">
        {facts.map(([name, value]) => value && <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}
      </dl>
    </Card>
  );
}
