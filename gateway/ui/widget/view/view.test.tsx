// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { translator } from '../../shared/i18n';
import type { Chat, Fault } from '../app/chat';
import type { Key } from '../app/language';
import type { Reach } from '../app/reach';
import type { Trouble } from '../app/person';
import { type OutboxState, type Pending, emptyOutbox } from '../model/outbox';
import { emptyThread } from '../model/thread';
import type { Conversation, Message } from '../model/types';
import english from '../texts/en.json';
import { App } from './App';
import { ChatContext } from './context';

const language = translator<Key>('en', english, english);

/** As much of a chat as is looked at here. */
function chatOf() {
  const person = { leaveMessage: vi.fn().mockResolvedValue(false), leaveEmail: vi.fn(), ask: vi.fn(), withdraw: vi.fn() };
  return {
    thread: signal({ ...emptyThread }), outbox: signal<OutboxState>(emptyOutbox), session: signal<object | null>({ token: 't', assistant_name: 'Robin', handoff_enabled: false }), connection: signal('live'),
    loaded: signal(true), online: signal(true), reach: signal<Reach>('ok'), fault: signal<Fault | null>(null), looking: signal(true), busy: signal(false),
    trouble: signal<Trouble | null>(null), leaving: signal(false), emailLeft: signal(false), now: signal(0), unread: signal(0), handsOver: signal(false),
    typing: { typed: vi.fn(), stopped: vi.fn() }, person, draft: '', address: '', write: vi.fn(), retry: vi.fn(), discard: vi.fn(), again: vi.fn(),
  };
}

let root: HTMLElement;
const find = <T extends HTMLElement>(selector: string): T | null => root.querySelector<T>(selector);

async function draw(chat: ReturnType<typeof chatOf>): Promise<void> {
  root = document.body.appendChild(document.createElement('div'));
  const host = { alone: false, tell: vi.fn() };
  const surroundings = { chat: chat as unknown as Chat, language, host, focused: signal(0), page: false };
  await act(() => render(<ChatContext.Provider value={surroundings}><App /></ChatContext.Provider>, root));
}

async function type(selector: string, text: string): Promise<void> {
  const field = find<HTMLInputElement>(selector);
  if (field === null) throw new Error(`there is no ${selector}`);
  field.value = text;
  await act(() => void field.dispatchEvent(new Event('input', { bubbles: true })));
}

const submit = (): Promise<void> => act(() => void find('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
const press = (text: string): Promise<void> => act(() => [...root.querySelectorAll('button')].find((button) => button.textContent === text)?.click());
/** What a screen reader says after a field's name. */
const described = (field: Element | null): string[] =>
  (field?.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean).map((id) => find(`#${id}`)?.textContent ?? `no #${id}`);

const pending = (id: string, state: Pending['state'] = 'sending'): Pending => ({ id, text: `text ${id}`, at: Date.parse('2026-05-01T12:00:30Z'), state, reason: null });
const stored = (id: string, sequence: number): Message => ({
  id: `msg_${sequence}`, sequence, author_kind: 'visitor', text: `text ${id}`, sources: [], client_message_id: id, create_time: '2026-05-01T12:00:00Z',
});

beforeEach(() => vi.stubGlobal('ResizeObserver', class { observe(): void {} disconnect(): void {} }));
afterEach(() => {
  render(null, root);
  root.remove();
  vi.unstubAllGlobals();
});

describe("the visitor's own messages", () => {
  it('keep their element from the outbox into the thread, so that they are read out once', async () => {
    const chat = chatOf();
    chat.outbox.value = { ...emptyOutbox, items: [pending('a'), pending('b', 'queued')] };
    await draw(chat);
    const bubbles = (): Element[] => [...root.querySelectorAll('[role=log] .bubble')];
    const before = bubbles();
    expect(before.map((bubble) => bubble.textContent)).toEqual(['text a', 'text b']);
    const added: Node[] = [];
    const observer = new MutationObserver((records) => added.push(...records.flatMap((record) => [...record.addedNodes])));
    observer.observe(root, { childList: true, subtree: true });
    await act(() => {
      chat.thread.value = { ...emptyThread, messages: [stored('a', 1)] };
    });
    await act(() => {
      chat.outbox.value = { ...emptyOutbox, items: [pending('b')] };
    });
    expect(bubbles()).toEqual(before);
    expect([before[0] === bubbles()[0], before[1] === bubbles()[1]]).toEqual([true, true]);
    await vi.waitFor(() => expect(added.map((node) => node.textContent ?? '').filter((text) => text.includes('text a'))).toEqual([]));
    observer.disconnect();
  });

  it('are told of at once when they are refused', async () => {
    const chat = chatOf();
    chat.outbox.value = { ...emptyOutbox, items: [pending('a')] };
    await draw(chat);
    expect(find('[role=log] [role=alert]')?.textContent ?? '').not.toContain('Not sent');
    await act(() => {
      chat.outbox.value = { ...emptyOutbox, items: [{ ...pending('a', 'refused'), reason: 'PAYLOAD_TOO_LARGE' }] };
    });
    expect(find('[role=log] [role=alert]')?.textContent).toContain('Not sent: too long');
  });

  it('say why they wait', async () => {
    const chat = chatOf();
    chat.outbox.value = { ...emptyOutbox, items: [pending('a')] };
    await draw(chat);
    const said = (): string | undefined => find('.delivery')?.textContent ?? undefined;
    expect(said()).toBe('Sending…');
    await act(() => void (chat.reach.value = 'offline'));
    expect(said()).toBe('Will be sent when you are online again');
    await act(() => void (chat.reach.value = 'lost'));
    expect(said()).toBe('Will be sent as soon as we can be reached');
  });
});

describe('the banner', () => {
  it('tells of a gateway that is not there, though there is a network', async () => {
    const chat = chatOf();
    await draw(chat);
    const says = (): string => find('.banner-region')?.textContent ?? '';
    expect(says()).toBe('');
    await act(() => void (chat.reach.value = 'lost'));
    expect(says()).toBe('Connecting…');
    await act(() => void (chat.reach.value = 'offline'));
    expect(says()).toContain('You are offline');
  });
});

describe('a message that is left', () => {
  it('leads to what is wrong with it, and says so', async () => {
    const chat = chatOf();
    chat.leaving.value = true;
    await draw(chat);
    await submit();
    const [text, email] = [find('#leave-text'), find('#leave-email')];
    expect(document.activeElement).toBe(text);
    expect([text?.getAttribute('aria-invalid'), described(text)]).toEqual(['true', ['Please write your message.']]);
    expect(described(email)).toEqual(['Please enter a valid e-mail address.']);
    await type('#leave-text', 'call me');
    await submit();
    expect(document.activeElement).toBe(email);
    await type('#leave-text', 'x'.repeat(16 * 1024 + 2));
    expect([find('#leave-text')?.getAttribute('aria-invalid'), described(find('#leave-text'))]).toEqual(['true', ['Too long by 2 characters']]);
    expect(chat.person.leaveMessage).not.toHaveBeenCalled();
  });

  it('keeps what was typed when the form is closed', async () => {
    const chat = chatOf();
    chat.leaving.value = true;
    await draw(chat);
    await type('#leave-text', 'call me');
    await type('#leave-email', 'a@b.example');
    await press('Cancel');
    expect(find<HTMLTextAreaElement>('.composer textarea')?.value).toBe('call me');
    await press('Leave a message');
    expect([find<HTMLTextAreaElement>('#leave-text')?.value, find<HTMLInputElement>('#leave-email')?.value]).toEqual(['call me', 'a@b.example']);
    await submit();
    expect(chat.person.leaveMessage).toHaveBeenCalledWith('call me', 'a@b.example');
    chat.leaving.value = false;
  });
});

describe('the keyboard', () => {
  const conversation = (control: 'ai' | 'waiting'): Conversation => ({
    id: 'conv_1', control, control_epoch: 1, resolved: false, last_sequence: 1, revision: 1, answer_by_email: false,
  });

  it('is not taken to the composer by a thread that is loaded', async () => {
    const chat = chatOf();
    await draw(chat);
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    await act(() => {
      chat.thread.value = { ...emptyThread, conversation: conversation('ai') };
    });
    expect(document.activeElement).toBe(document.body);
  });

  it('goes on at the composer where the button under it has gone with its state', async () => {
    const chat = chatOf();
    await draw(chat);
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    find<HTMLButtonElement>('.chip')?.focus();
    await act(() => {
      chat.thread.value = { ...emptyThread, conversation: conversation('waiting') };
    });
    expect(document.activeElement).toBe(find('.composer textarea'));
    await act(() => void (chat.leaving.value = true));
    expect(document.activeElement).toBe(find('#leave-text'));
    await act(() => void find('#leave-text')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })));
    expect(document.activeElement).toBe(find('.composer textarea'));
  });
});

describe('an address that is left', () => {
  it('leads to what is wrong with it, each time', async () => {
    const chat = chatOf();
    chat.thread.value = {
      ...emptyThread,
      conversation: { id: 'conv_1', control: 'waiting', control_epoch: 1, resolved: false, last_sequence: 1, revision: 1, answer_by_email: false, email_wanted: true },
    };
    await draw(chat);
    for (let n = 0; n < 2; n += 1) {
      find<HTMLButtonElement>('form.email-form button')?.focus();
      await submit();
      expect(document.activeElement).toBe(find('#email'));
      expect(described(find('#email'))).toEqual(['Please enter a valid e-mail address.']);
    }
    expect(chat.person.leaveEmail).not.toHaveBeenCalled();
  });
});

describe('the header', () => {
  it('invites nobody where there is no chat to be had', async () => {
    const chat = chatOf();
    await draw(chat);
    expect(find('.header')?.textContent).toBe(`Robin${english['header.ai']}${english['header.invite']}`);
    await act(() => {
      chat.session.value = null;
      chat.fault.value = 'no_session';
    });
    expect(find('.header')?.textContent).toBe(english['header.ai']);
    expect(find('.header .tool')).not.toBeNull();
  });
});
