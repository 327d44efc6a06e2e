import { signal } from '@preact/signals';
import { describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable } from '../../shared/problem';
import type { State } from '../model/types';
import { PersonDesk, type Trouble } from './person';

const state: State = {
  conversation: { id: 'conv_1', control: 'waiting', control_epoch: 2, resolved: false, last_sequence: 2, revision: 2, answer_by_email: false },
};
const refusal = (reason: string, status = 409): Problem => new Problem(status, { reason });

function setUp(id: string | undefined, over = false) {
  const conversation = { id, over };
  const api = {
    requestPerson: vi.fn<(id: string, email?: string) => Promise<State>>().mockResolvedValue(state),
    withdraw: vi.fn<(id: string) => Promise<State>>().mockResolvedValue(state),
    leaveEmail: vi.fn<(email: string) => Promise<void>>().mockResolvedValue(undefined),
  };
  const write = vi.fn(async (_id: string, _text: string) => {
    conversation.id ??= 'conv_new';
    return true;
  });
  const [busy, leaving, trouble] = [signal(false), signal(false), signal<Trouble | null>(null)];
  const [onConversation, onEmailLeft, onWritten, discard] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  const desk = new PersonDesk({
    api, conversationId: () => conversation.id, isOver: () => conversation.over, write, discard, onWritten, onConversation, onEmailLeft, busy, trouble, leaving,
  });
  return { desk, api, conversation, write, discard, busy, leaving, trouble, onConversation, onEmailLeft, onWritten };
}

describe('the way to a person', () => {
  it('asks for one in the conversation there is', async () => {
    const { desk, api, write, onConversation } = setUp('conv_1');
    expect(await desk.ask('a person, please')).toBe(true);
    expect(write).not.toHaveBeenCalled();
    expect(api.requestPerson).toHaveBeenCalledWith('conv_1', undefined);
    expect(onConversation).toHaveBeenCalledWith(state.conversation);
  });

  it('begins one with the wish where there is none, or one that is over', async () => {
    const fresh = setUp(undefined);
    await fresh.desk.ask('a person, please');
    expect(fresh.write).toHaveBeenCalledWith(expect.any(String), 'a person, please');
    expect(fresh.api.requestPerson).toHaveBeenCalledWith('conv_new', undefined);
    const over = setUp('conv_1', true);
    await over.desk.ask('a person, please');
    expect(over.write).toHaveBeenCalledOnce();
  });

  it('offers to leave a message where the assistant hands nothing over', async () => {
    const { desk, api, leaving, trouble } = setUp('conv_1');
    api.requestPerson.mockRejectedValueOnce(refusal('EMAIL_REQUIRED'));
    await desk.ask('a person, please');
    expect([leaving.value, trouble.value]).toEqual([true, null]);
    expect(await desk.leaveMessage('call me', 'a@b.example')).toBe(true);
    expect(api.requestPerson).toHaveBeenLastCalledWith('conv_1', 'a@b.example');
    expect(leaving.value).toBe(false);
  });

  it('keeps the form and says what is wrong with it', async () => {
    const { desk, api, write, trouble, onEmailLeft } = setUp('conv_1');
    api.requestPerson.mockRejectedValueOnce(new Problem(400, { reason: 'INVALID_FIELDS', errors: [{ field: 'email', message: 'x' }] }));
    expect(await desk.leaveMessage('', 'a@b.example')).toBe(false);
    expect(trouble.value).toBe('trouble.email');
    write.mockResolvedValueOnce(false);
    expect(await desk.leaveMessage('call me', 'a@b.example')).toBe(false);
    expect(trouble.value).toBe('trouble.other');
    expect(onEmailLeft).not.toHaveBeenCalled();
  });

  it.each([
    ['an address that is refused', new Problem(400, { reason: 'INVALID_FIELDS', errors: [{ field: 'email', message: 'x' }] })],
    ['a limit', refusal('RATE_LIMITED', 429)],
    ['a gateway that is busy', refusal('UNAVAILABLE', 503)],
    ['no answer', new Unreachable('x')],
  ])('writes the message once, though the request that follows fails by %s', async (_, error) => {
    const { desk, api, write, onWritten, leaving } = setUp('conv_1');
    leaving.value = true;
    api.requestPerson.mockRejectedValueOnce(error);
    expect(await desk.leaveMessage('call me', 'a@b.example')).toBe(false);
    expect(await desk.leaveMessage('call me', 'a@c.example')).toBe(true);
    expect(write).toHaveBeenCalledOnce();
    expect(onWritten).toHaveBeenCalled();
    expect(api.requestPerson).toHaveBeenLastCalledWith('conv_1', 'a@c.example');
    await desk.leaveMessage('call me', 'a@c.example');
    expect(write).toHaveBeenCalledTimes(2);
  });

  it('writes a refused message again under its id, and another one instead of it', async () => {
    const { desk, write, discard } = setUp('conv_1');
    write.mockResolvedValueOnce(false).mockResolvedValueOnce(false);
    await desk.leaveMessage('call me', 'a@b.example');
    await desk.leaveMessage('call me', 'a@b.example');
    expect(discard).not.toHaveBeenCalled();
    await desk.leaveMessage('write to me', 'a@b.example');
    const ids = write.mock.calls.map(([id]) => id);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
    expect(discard.mock.calls).toEqual([[ids[0]]]);
  });

  it('leaves no draft of a message that is written, also when the visitor has changed it and changed it back', async () => {
    const { desk, api, write, onWritten } = setUp('conv_1');
    api.requestPerson.mockRejectedValueOnce(refusal('RATE_LIMITED', 429));
    await desk.leaveMessage('call me', 'a@b.example');
    onWritten.mockClear();
    await desk.leaveMessage('call me', 'a@b.example');
    expect([write.mock.calls.length, onWritten.mock.calls.length]).toEqual([1, 1]);
  });

  it('puts a message into the outbox before it takes it out of the draft', async () => {
    const { desk, write, onWritten } = setUp('conv_1');
    write.mockImplementationOnce(async () => {
      expect(onWritten).not.toHaveBeenCalled();
      return true;
    });
    expect(await desk.leaveMessage('call me', 'a@b.example')).toBe(true);
    expect(onWritten).toHaveBeenCalledOnce();
  });

  it('writes the same words again when they are left again: after the form was closed, and in a conversation that is over', async () => {
    const closed = setUp('conv_1');
    closed.leaving.value = true;
    closed.api.requestPerson.mockRejectedValueOnce(refusal('RATE_LIMITED', 429));
    await closed.desk.leaveMessage('call me', 'a@b.example');
    closed.leaving.value = false;
    closed.leaving.value = true;
    await closed.desk.leaveMessage('call me', 'a@b.example');
    expect(closed.write).toHaveBeenCalledTimes(2);
    const over = setUp('conv_1');
    over.api.requestPerson.mockRejectedValueOnce(refusal('RATE_LIMITED', 429));
    await over.desk.leaveMessage('call me', 'a@b.example');
    over.conversation.over = true;
    await over.desk.leaveMessage('call me', 'a@b.example');
    expect(over.write).toHaveBeenCalledTimes(2);
  });

  it('writes the same words again also when the form was closed while they were under way', async () => {
    const { desk, api, write, leaving } = setUp('conv_1');
    leaving.value = true;
    api.requestPerson.mockRejectedValueOnce(refusal('RATE_LIMITED', 429));
    const first = desk.leaveMessage('call me', 'a@b.example');
    leaving.value = false;
    await first;
    leaving.value = true;
    await desk.leaveMessage('call me', 'a@b.example');
    expect(write).toHaveBeenCalledTimes(2);
  });

  it('writes a message once that opens a conversation again of which that is not known yet', async () => {
    const { desk, api, write } = setUp('conv_1', true);
    api.requestPerson.mockRejectedValueOnce(refusal('RATE_LIMITED', 429));
    await desk.leaveMessage('call me', 'a@b.example');
    await desk.leaveMessage('call me', 'a@b.example');
    expect(write).toHaveBeenCalledOnce();
  });

  it('keeps hold of a refused message when the form is closed', async () => {
    const { desk, write, leaving } = setUp('conv_1');
    leaving.value = true;
    write.mockResolvedValueOnce(false);
    await desk.leaveMessage('call me', 'a@b.example');
    leaving.value = false;
    leaving.value = true;
    await desk.leaveMessage('call me', 'a@b.example');
    const ids = write.mock.calls.map(([id]) => id);
    expect([ids.length, ids[0] === ids[1]]).toEqual([2, true]);
  });

  it('takes for done what is done already', async () => {
    const { desk, api, trouble } = setUp('conv_1');
    api.requestPerson.mockRejectedValueOnce(refusal('HUMAN_IN_CONTROL'));
    expect(await desk.ask('x')).toBe(true);
    api.withdraw.mockRejectedValueOnce(refusal('NO_OPEN_HANDOFF'));
    expect(await desk.withdraw()).toBe(true);
    expect(trouble.value).toBeNull();
  });

  it('does one thing at a time, and tells of failures', async () => {
    const { desk, api, busy, trouble } = setUp('conv_1');
    api.leaveEmail.mockRejectedValueOnce(new Unreachable('x'));
    const first = desk.leaveEmail('a@b.example');
    expect(busy.value).toBe(true);
    expect(await desk.withdraw()).toBe(false);
    expect(await first).toBe(false);
    expect([busy.value, trouble.value]).toEqual([false, 'trouble.network']);
    api.leaveEmail.mockRejectedValueOnce(refusal('RATE_LIMITED', 429));
    await desk.leaveEmail('a@b.example');
    expect(trouble.value).toBe('trouble.limited');
  });
});
