// The widget's routes, each a function, with the visitor's token. A token that is refused is replaced once. Must not know state or screens.

import type { Call, CallOptions, Method } from '../../shared/http';
import { Problem } from '../../shared/problem';
import type { Posted, Session, State, Thread } from '../model/types';
import type { Proof, SessionKeeper } from './session';

export interface Api {
  thread(after: number): Promise<Thread>;
  post(message: { client_message_id: string; text: string; conversation_id?: string }): Promise<Posted>;
  requestPerson(conversationId: string, email?: string): Promise<State>;
  withdraw(conversationId: string): Promise<State>;
  leaveEmail(email: string): Promise<void>;
  activity(conversationId: string, activity: 'typing' | 'idle'): Promise<void>;
  read(conversationId: string, sequence: number): Promise<void>;
}

export function openSession(call: Call): (proof: Proof) => Promise<Session> {
  return (proof) => call<Session>('POST', '/v1/widget/session', { body: proof });
}

export function createApi(call: Call, keeper: SessionKeeper): Api {
  const once = <T>(token: string, method: Method, path: string, options: CallOptions): Promise<T> =>
    call<T>(method, `/v1/widget/${path}`, { ...options, headers: { authorization: `Bearer ${token}` } });

  async function ask<T>(method: Method, path: string, options: CallOptions): Promise<T> {
    const token = await keeper.token();
    try {
      return await once<T>(token, method, path, options);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      return once<T>(await keeper.instead(token), method, path, options);
    }
  }
  const post = <T = void>(path: string, body: unknown): Promise<T> => ask<T>('POST', path, { body });

  return {
    thread: (after) => ask<Thread>('GET', 'thread', { query: { after: after > 0 ? after : undefined } }),
    post: (message) => post<Posted>('messages', message),
    requestPerson: (conversation_id, email) => post<State>('handoff', email === undefined ? { conversation_id } : { conversation_id, email }),
    withdraw: (conversation_id) => post<State>('withdraw', { conversation_id }),
    leaveEmail: (email) => post('email', { email }),
    activity: (conversation_id, activity) => post('activity', { conversation_id, activity }),
    read: (conversation_id, sequence) => post('read', { conversation_id, sequence }),
  };
}
