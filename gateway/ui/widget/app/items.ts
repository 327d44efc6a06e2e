// An event of the stream as an event of the thread. Must not know what the thread does with it.

import type { SseEvent } from '../../shared/sse';
import type { ThreadEvent } from '../model/thread';
import type { Conversation, Delta, Message, Typing } from '../model/types';

/** Null for what this version does not know, and for what is not whole: what comes later will show the hole. */
export function readItem({ event, data }: SseEvent, now = Date.now()): ThreadEvent | null {
  const item = parse(data);
  if (item === null) return null;
  switch (event) {
    case 'message':
      return has<Message>(item, { id: 'string', sequence: 'number', text: 'string', author_kind: 'string' }) ? { type: 'message', message: item } : null;
    case 'conversation':
      return has<Conversation>(item, { id: 'string', control: 'string', control_epoch: 'number', revision: 'number' })
        ? { type: 'conversation', conversation: item }
        : null;
    case 'typing':
      return has<Typing>(item, { conversation_id: 'string', staff_typing: 'boolean' }) ? { type: 'typing', typing: item, now } : null;
    case 'delta':
      return has<Delta>(item, { conversation_id: 'string', control_epoch: 'number', turn_id: 'string', offset: 'number', text: 'string' })
        ? { type: 'delta', delta: item, now }
        : null;
    default:
      return null;
  }
}

function parse(data: string): object | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** The fields that the rules go by are looked at; for the rest the document of the API is believed. */
function has<T extends object>(item: object, fields: Partial<Record<keyof T, 'string' | 'number' | 'boolean'>>): item is T {
  return Object.entries(fields).every(([name, type]) => typeof Reflect.get(item, name) === type);
}
