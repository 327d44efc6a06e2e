// All keys at a glance. Must not know what they do.

import { SHORTCUTS } from '../core/shortcuts';
import { Dialog } from '../parts/Dialog';
import { prefs } from '../state/prefs';

const SPOKEN: Readonly<Record<string, string>> = { Escape: 'Esc' };

export function ShortcutsDialog({ close }: { close: () => void }) {
  const send = prefs.value.enterSends ? 'Enter' : 'Ctrl/⌘ + Enter';
  return (
    <Dialog title="Shortcuts" close={close}>
      <dl class="shortcuts">
        {SHORTCUTS.map(({ keys, says }) => (
          <div key={keys}><dt><kbd>{SPOKEN[keys] ?? keys.toUpperCase()}</kbd></dt><dd>{says}</dd></div>
        ))}
        <div><dt><kbd>{send}</kbd></dt><dd>Send what is written</dd></div>
        <div><dt><kbd>/</kbd></dt><dd>At the start of a word: canned responses</dd></div>
      </dl>
    </Dialog>
  );
}
