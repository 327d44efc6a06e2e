// What is being written: one text for each conversation and kind, kept in the browser. Must not know the field.

import { computed, signal } from '@preact/signals';
import { draftAt, draftIn, keepDraft, type Kind, type Place, readDraft, restored } from '../core/drafts';
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

/** What is written in this tab, until another one writes there. */
const drafts = signal<ReadonlyMap<string, string>>(new Map());

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
  keepDraft(localStorage, place, text, Date.now());
  // An empty one held here would hide what another tab puts there.
  hold(place, text === '' ? null : text);
}

/** Also what is held no different is drawn anew: the storage, which stands behind it, tells nobody of its changes. */
function hold(place: Place, text: string | null): void {
  const held = new Map(drafts.value);
  if (text === null) held.delete(key(place));
  else held.set(key(place), text);
  drafts.value = held;
}

/** Shows what other tabs write, send and give back. */
export function followDrafts(): void {
  addEventListener('storage', ({ key: name, oldValue }) => {
    const place = name === null ? null : draftAt(name);
    if (place) follow(place, draftIn(oldValue));
  });
}

function follow(place: Place, before: string): void {
  const here = drafts.value.get(key(place));
  const there = readDraft(localStorage, ...place);
  // The other tab wrote over something else than what was begun here, of which it did not know.
  const unknown = here !== undefined && here !== before && here !== there;
  if (!unknown) hold(place, null);
  else keep(place, there === '' ? here : restored(there, here));
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
