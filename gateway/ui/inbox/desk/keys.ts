// What the shortcuts do. Which key is which, and when none is, stands in core/shortcuts. Must not know components.

import { neighbour } from '../core/list';
import { isWriting, shortcutOf, type Shortcut } from '../core/shortcuts';
import { dialogOpen } from '../parts/Dialog';
import { compose } from '../state/compose';
import { shownRows } from '../state/lists';
import { prefs } from '../state/prefs';
import { openConversation, openId, route } from '../state/router';

export function listenToKeys(showHelp: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && leaveField(event)) return;
    const shortcut = shortcutOf(event, { target: event.target, dialogOpen: dialogOpen(), characters: prefs.value.keys });
    if (!shortcut || (route.value.page !== 'inbox' && shortcut !== 'help')) return;
    event.preventDefault();
    act(shortcut, showHelp);
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

/** Escape in a field leaves the field, and only that. */
function leaveField(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || dialogOpen() || !isWriting(event.target) || !(event.target instanceof HTMLElement)) return false;
  event.target.blur();
  return true;
}

function act(shortcut: Shortcut, showHelp: () => void): void {
  switch (shortcut) {
    case 'reply':
    case 'note':
      return openId.value ? compose(shortcut) : undefined;
    case 'next':
    case 'previous': {
      const next = neighbour(shownRows.value, openId.value, shortcut === 'next' ? 1 : -1);
      return next ? openConversation(next) : undefined;
    }
    case 'help':
      return showHelp();
    case 'leave':
      return openConversation(null);
  }
}
