import { describe, expect, it } from 'vitest';
import { excessOf, looksLikeEmail } from './composing';
import { rowsOf } from './rows';
import { emptyThread } from './thread';
import type { Conversation, Message } from './types';
import { unreadCount } from './unread';

const at = (minute: number): string => new Date(2026, 4, 1, 12, minute).toISOString();
const message = (sequence: number, author_kind: Message['author_kind'], minute: number, more: Partial<Message> = {}): Message => ({
  id: `msg_${sequence}`, sequence, author_kind, text: 'x', sources: [], create_time: at(minute), ...more,
});

describe('rows of the thread', () => {
  it('puts together what one author says within minutes', () => {
    const rows = rowsOf([message(1, 'visitor', 0), message(2, 'visitor', 1), message(3, 'ai', 2), message(4, 'member', 3, { author_name: 'Ana' }), message(5, 'member', 4, { author_name: 'Ben' }), message(6, 'member', 30, { author_name: 'Ben' })]);
    const marks = rows.flatMap((row) => (row.kind === 'message' ? [[row.first, row.last]] : []));
    expect(marks).toEqual([[true, false], [false, true], [true, true], [true, true], [true, true], [true, true]]);
  });

  it('names each day once, and lets a notice stand by itself', () => {
    const rows = rowsOf([message(1, 'visitor', 0), message(2, 'system', 1, { system_notice: 'handoff_requested' }), message(3, 'ai', 24 * 60)]);
    expect(rows.map(({ kind }) => kind)).toEqual(['day', 'message', 'notice', 'day', 'message']);
  });

  it('keeps the key that the message had in the outbox', () => {
    expect(rowsOf([message(1, 'visitor', 0, { client_message_id: 'c1' })]).at(-1)?.key).toBe('c1');
  });
});

describe('unread', () => {
  const conversation: Conversation = { id: 'conv_1', control: 'ai', control_epoch: 1, resolved: false, last_sequence: 4, revision: 1, answer_by_email: false };
  const state = { ...emptyThread, conversation, messages: [message(1, 'visitor', 0), message(2, 'ai', 0), message(3, 'system', 0), message(4, 'member', 0)] };

  it('counts what the business said above the mark of this conversation', () => {
    expect(unreadCount(state, 'conv_1:1')).toBe(2);
    expect(unreadCount(state, 'conv_1:2')).toBe(1);
    expect(unreadCount(state, 'conv_1:4')).toBe(0);
    expect(unreadCount(state, 'conv_0:9')).toBe(2);
    expect(unreadCount(state, '')).toBe(2);
  });
});

describe('composing', () => {
  it('measures bytes, not characters', () => {
    expect(excessOf('x'.repeat(16 * 1024))).toBe(0);
    expect(excessOf(`  ${'x'.repeat(16 * 1024)}  `)).toBe(0);
    expect(excessOf('x'.repeat(16 * 1024 + 1))).toBe(1);
    expect(excessOf('ü'.repeat(8 * 1024))).toBe(0);
    expect(excessOf('ü'.repeat(8 * 1024 + 3))).toBe(3);
  });

  it('takes the addresses that the services take', () => {
    const good = ['a@b.example', ' a.b+c@sub.example.org ', 'a@b.io', 'first.last+tag@sub.example.org', 'user@xn--e1afmkfd.com', "o'neil@x.io", `${'a'.repeat(64)}@x.io`];
    expect(good.filter((text) => !looksLikeEmail(text))).toEqual([]);
  });

  it('refuses those that the services refuse, so that nobody learns it after writing', () => {
    const bad = ['', 'a', 'a@b', 'a b@c.example', 'a@[127.0.0.1]', 'a@localhost', 'a@1.2.3.4', '"a b"@x.io', 'a@x.io, b@y.io', 'a@x.io\r\nBcc: e@e.io', '.a@x.io', 'a.@x.io', 'a..b@x.io', 'a@-x.io', 'a@x-.io', 'a@x..io', 'a@x.io.', 'jürgen@x.io', 'a@bücher.example', 'a@b@x.io', `${'a'.repeat(65)}@x.io`, `a@${'b'.repeat(64)}.io`, `a@${'b.'.repeat(126)}io`];
    expect(bad.filter((text) => looksLikeEmail(text))).toEqual([]);
  });
});
