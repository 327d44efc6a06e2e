// How urgent a conversation is, in words and colour. Must not know who said so.

import type { Conversation } from '../api/types';

const LABELS: Readonly<Record<string, string>> = { urgent: 'Urgent', high: 'High', medium: 'Medium', low: 'Low' };

export function PriorityMark({ priority }: { priority: Conversation['priority'] | undefined }) {
  if (!priority) return null;
  return <span class={`badge priority-${priority}`} title="Priority">{LABELS[priority] ?? priority}</span>;
}
