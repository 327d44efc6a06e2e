// Which key means what, and when it means nothing: never while somebody writes, nor with a modifier, nor behind a dialog. Keys that write a
// character can be switched off: whoever speaks to their computer says letters all day. Must not know what a shortcut does.

export type Shortcut = 'reply' | 'note' | 'next' | 'previous' | 'help' | 'leave';

export const SHORTCUTS: readonly { keys: string; shortcut: Shortcut; says: string }[] = [
  { keys: 'r', shortcut: 'reply', says: 'Write a reply' },
  { keys: 'n', shortcut: 'note', says: 'Write a note' },
  { keys: 'j', shortcut: 'next', says: 'Next conversation' },
  { keys: 'k', shortcut: 'previous', says: 'Previous conversation' },
  { keys: '?', shortcut: 'help', says: 'Show the shortcuts' },
  { keys: 'Escape', shortcut: 'leave', says: 'Leave the field, the dialog or the conversation' },
];

/** What of a keyboard event is looked at. */
export type Pressed = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'defaultPrevented' | 'repeat'
>;

/** Where a key was pressed, and what holds there. */
export interface Where {
  target: EventTarget | null;
  dialogOpen: boolean;
  /** Whether keys that write a character mean anything. */
  characters: boolean;
}

export const isCharacter = (keys: string): boolean => keys.length === 1;

export function shortcutOf(event: Pressed, { target, dialogOpen, characters }: Where): Shortcut | null {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (dialogOpen || isWriting(target) || (!characters && isCharacter(event.key))) return null;
  const found = SHORTCUTS.find((one) => one.keys === event.key);
  if (!found || (event.repeat && found.shortcut !== 'next' && found.shortcut !== 'previous')) return null;
  return found.shortcut;
}

const NOT_FOR_TEXT: ReadonlySet<string> = new Set(['button', 'checkbox', 'color', 'file', 'radio', 'range', 'reset', 'submit']);

/** Whether keys go into a field there. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NOT_FOR_TEXT.has(target.type);
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
    || target.closest('[role=menu],[role=listbox]') !== null
  );
}
