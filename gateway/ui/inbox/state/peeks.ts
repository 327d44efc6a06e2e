// The last words of conversations in the list, which the list itself does not tell: read when a row is seen, and kept up by the stream.
// Also what this member has read. Must not know rows.

import { signal } from '@preact/signals';
import { listMessages, readMarks } from '../api/conversations';
import type { Conversation, Message } from '../api/types';
import { withEntry } from '../core/bounded';
import { oneLine } from '../core/format';
import type { Speaker } from '../core/unread';
import { LazyReads } from './queue';
import { myId } from './session';

export const speakers = signal<ReadonlyMap<string, Speaker>>(new Map());
export const readUpTo = signal<ReadonlyMap<string, number>>(new Map());

/** So many conversations; the stream tells of many more than are ever looked at. */
const MOST = 1_000;
/** So far back, in case the last lines are Baton's own. */
const BACK = 5;
let lastOf: ReadonlyMap<string, number> = new Map();

const reads = new LazyReads(async (key) => {
  const id = key.split(' ')[0] ?? '';
  const last = lastOf.get(id) ?? 0;
  const page = await listMessages(id, Math.max(0, last - BACK), BACK);
  for (const message of page.messages) hearMessage(message);
  const spoke = speakers.value.get(id);
  if (spoke?.kind === 'visitor' && !readUpTo.value.has(id)) await loadOwnMark(id);
}, 3);

async function loadOwnMark(id: string): Promise<void> {
  for (const mark of await readMarks(id)) {
    if (mark.reader?.kind === 'member' && mark.reader.id === myId.value) hearRead(id, mark.sequence);
  }
}

/** A row came into sight. */
export function wantPeek(conversation: Conversation): void {
  if (conversation.last_sequence === 0) return;
  if ((speakers.value.get(conversation.id)?.sequence ?? 0) >= conversation.last_sequence) return;
  lastOf = withEntry(lastOf, conversation.id, conversation.last_sequence, MOST);
  reads.want(`${conversation.id} ${conversation.last_sequence}`);
}

export function hearMessage(message: Message): void {
  const held = speakers.value.get(message.conversation_id);
  if (held && held.sequence >= message.sequence) return;
  // A line of Baton's own tells nothing of what was said last, unless there is nothing else.
  if (held && message.author_kind === 'system') {
    speakers.value = withEntry(speakers.value, message.conversation_id, { ...held, sequence: message.sequence }, MOST);
    return;
  }
  const text = oneLine(message.text).slice(0, 160);
  const spoke: Speaker = { sequence: message.sequence, kind: message.author_kind, text };
  speakers.value = withEntry(speakers.value, message.conversation_id, spoke, MOST);
}

export function hearRead(id: string, sequence: number): void {
  if ((readUpTo.value.get(id) ?? 0) >= sequence) return;
  readUpTo.value = withEntry(readUpTo.value, id, sequence, MOST);
}
