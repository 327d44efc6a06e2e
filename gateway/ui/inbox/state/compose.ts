// What is being written: one text for each conversation and kind, kept in the browser. Must not know the field.

import { computed, signal } from '@preact/signals';
import { keepDraft, readDraft, restored } from '../core/drafts';
import type { PendingKind } from '../core/thread';
import { openId } from './router';
import { myId } from './session';

/** The tab of the composer. */
export const kind = signal<PendingKind>('reply');

let focusField: () => void = () => undefined;

/** The composer on the screen says how it takes the focus. */
export function composerTakesFocus(focus: () => void): () => void {
  focusField = focus;
  return () => (focusField = () => undefined);
}

const drafts = signal<ReadonlyMap<string, string>>(new Map());
const key = (conversation: string, which: PendingKind): string => `${myId.value} ${conversation} ${which}`;

export const draft = computed<string>(() => draftOf(openId.value ?? '', kind.value));

export function draftOf(conversation: string, which: PendingKind): string {
  return drafts.value.get(key(conversation, which)) ?? readDraft(localStorage, myId.value, conversation, which);
}

export function write(conversation: string, which: PendingKind, text: string): void {
  drafts.value = new Map(drafts.value).set(key(conversation, which), text);
  keepDraft(localStorage, [myId.value, conversation, which], text, Date.now());
}

/** A refused text comes back, in front of what was begun meanwhile. */
export function giveBack(conversation: string, which: PendingKind, text: string): void {
  write(conversation, which, restored(text, draftOf(conversation, which)));
}

export function compose(which: PendingKind): void {
  kind.value = which;
  // At once: the next key already belongs to the text.
  focusField();
}
