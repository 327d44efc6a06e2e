// All keys at a glance, and the switch for those that write a character. Must not know what they do.

import { isCharacter, SHORTCUTS } from '../core/shortcuts';
import { Dialog } from '../parts/Dialog';
import { CheckField } from '../parts/Field';
import { change, prefs } from '../state/prefs';

const SPOKEN: Readonly<Record<string, string>> = { Escape: 'Esc' };

export function ShortcutsDialog({ close }: { close: () => void }) {
  const single = prefs.value.keys;
  const send = prefs.value.enterSends ? 'Enter' : 'Ctrl/⌘ + Enter';
  return (
    <Dialog title="Shortcuts" close={close}>
      <CheckField label="Single-key shortcuts" value={single} set={(keys) => change({ keys })} hint="Letters and ? outside of text fields. Off for voice control, or if they get in the way." />
      <dl class="shortcuts">
        {SHORTCUTS.map(({ keys, says }) => (
          <div key={keys} class={isCharacter(keys) && !single ? 'off' : ''}><dt><kbd>{SPOKEN[keys] ?? keys.toUpperCase()}</kbd></dt><dd>{says}</dd></div>
        ))}
        <div><dt><kbd>{send}</kbd></dt><dd>Send what is written</dd></div>
        <div><dt><kbd>/</kbd></dt><dd>At the start of a word: canned responses</dd></div>
      </dl>
    </Dialog>
  );
}
