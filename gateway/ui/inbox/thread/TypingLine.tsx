// Who is writing now. Must not know how it is known.

import type { Present } from '../core/presence';
import { contactName, memberName } from '../state/directory';
import { conversation } from '../state/open';

export function TypingLine({ present }: { present: readonly Present[] }) {
  const names = present.filter((one) => one.doing === 'typing').map(nameOf);
  if (names.length === 0) return <div class="typing" aria-live="off" />;
  return (
    <div class="typing" aria-live="off">
      <span class="typing-dots" aria-hidden="true"><i /><i /><i /></span>
      <bdi>{names.join(', ')}</bdi>&nbsp;{names.length > 1 ? 'are' : 'is'} writing
    </div>
  );
}

function nameOf(one: Present): string {
  if (one.who === 'visitor') return contactName(conversation.value?.contact_id ?? one.id);
  return one.who === 'member' ? memberName(one.id) : 'The AI';
}
