// What happens in the composer's field: writing, the picker's text in its place, sending. Must not know how the field looks.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { inserted, type Trigger, triggerAt } from '../core/picker';
import { composerTakesFocus, draft, draftOf, kind, write } from '../state/compose';
import { prefs } from '../state/prefs';
import { send } from '../state/sending';
import { usePicker } from './Picker';

export function useComposing(conversation: Conversation) {
  const { id } = conversation;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draft.value;
  const { trigger, show, opener } = useTrigger();
  useEffect(() => composerTakesFocus(() => field.current?.focus()), []);
  useLayoutEffect(() => grow(field.current), [text, kind.value]);
  const { enter, leave } = useLeaving(() => show(null));

  const set = (value: string): void => {
    write(id, kind.peek(), value);
    show(kind.peek() === 'reply' ? triggerAt(value, field.current?.selectionStart ?? value.length) : null);
  };
  const place = (chosen: string): void => {
    // What is written by now, not when the response was chosen: rendering it took a while.
    const placed = inserted(draftOf(id, 'reply'), opener.current, chosen);
    write(id, 'reply', placed.text);
    show(null);
    opener.current = null;
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(placed.caret, placed.caret);
    });
  };
  const picker = usePicker(trigger, conversation, place, () => show(null));
  const submit = (): void => {
    const which = kind.peek();
    const written = draftOf(id, which).trim();
    if (written === '') return;
    show(null);
    send(id, which, written);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (picker.onKeyDown(event) || !sends(event)) return;
    event.preventDefault();
    submit();
  };
  const openPicker = (): void => {
    enter();
    field.current?.focus();
    show(atEnd(draftOf(id, 'reply')));
  };
  return { field, text, set, submit, onKeyDown, picker, openPicker, enter, leave };
}

/** A click on the picker, or on the button that opens it, takes the focus away for a moment. */
const LEAVES_MS = 200;

function useLeaving(left: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const enter = (): void => clearTimeout(timer.current);
  const leave = (): void => {
    enter();
    timer.current = setTimeout(left, LEAVES_MS);
  };
  useEffect(() => enter, []);
  return { enter, leave };
}

function useTrigger() {
  const [trigger, set] = useState<Trigger | null>(null);
  // Kept while a form asks for what is missing, which takes the focus from the field.
  const opener = useRef<Trigger | null>(null);
  const show = (next: Trigger | null): void => {
    opener.current = next ?? opener.current;
    set(next);
  };
  return { trigger, show, opener };
}

const atEnd = (text: string): Trigger => ({ start: text.length, end: text.length, query: '' });

function sends(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.isComposing || event.shiftKey) return false;
  return event.ctrlKey || event.metaKey || prefs.value.enterSends;
}

/** As high as its text, up to what the style allows. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.setProperty('--composer-height', 'auto');
  field.style.setProperty('--composer-height', `${field.scrollHeight + 2}px`);
}
