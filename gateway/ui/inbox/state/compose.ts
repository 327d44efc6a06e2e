// What is being written: one text for each conversation and kind, kept in the browser. Must not know the field.

import { computed, signal } from '@preact/signals';
import { keepDraft, type Kind, readDraft, restored } from '../core/drafts';
import { openId } from './router';
import { myId } from './session';

/** The tab of the composer. */
export const kind = signal<Kind>('reply');

let focusField: () => void = () => undefined;

/** The composer on the screen says how it takes the focus. */
export function composerTakesFocus(focus: () => void): () => void {
  focusField = focus;
  return () => (focusField = () => undefined);
}

const drafts = signal<ReadonlyMap<string, string>>(new Map());

/** Whose words, where, and as what. */
type Place = readonly [member: string, conversation: string, which: Kind];

const key = (place: Place): string => place.join(' ');

export const draft = computed<string>(() => draftOf(openId.value ?? '', kind.value));

export function draftOf(conversation: string, which: Kind): string {
  return read([myId.value, conversation, which]);
}

const read = (place: Place): string => drafts.value.get(key(place)) ?? readDraft(localStorage, ...place);

export function write(conversation: string, which: Kind, text: string): void {
  keep([myId.value, conversation, which], text);
}

function keep(place: Place, text: string): void {
  drafts.value = new Map(drafts.value).set(key(place), text);
  keepDraft(localStorage, place, text, Date.now());
}

/** A refused text comes back to its writer, in front of what was begun meanwhile. */
export function giveBack(place: Place, text: string): void {
  keep(place, restored(text, read(place)));
}

export function compose(which: Kind): void {
  kind.value = which;
  // At once: the next key already belongs to the text.
  focusField();
}
