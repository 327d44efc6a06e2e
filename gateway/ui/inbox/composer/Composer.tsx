// Where replies and notes are written. Nothing is sent but by the member's own act. Must not know how it is sent or kept.

import { useEffect } from 'preact/hooks';
import type { Conversation } from '../api/types';
import type { Kind } from '../core/drafts';
import { Button, IconButton } from '../parts/Button';
import { Icon } from '../parts/Icon';
import { canned, loadCanned } from '../state/canned';
import { compose, kind } from '../state/compose';
import { change, prefs } from '../state/prefs';
import { dismissRefusal, refusals } from '../state/sending';
import { beActive } from './activity';
import { Picker } from './Picker';
import { takesOver } from './takesOver';
import { useComposing } from './useComposing';

export function Composer({ conversation }: { conversation: Conversation }) {
  const { field, text, set, submit, onKeyDown, picker, openPicker, enter, leave } = useComposing(conversation);
  const which = kind.value;
  const note = which === 'note';
  useEffect(() => beActive(conversation.id), [conversation.id]);
  useEffect(() => void loadCanned(), []);
  return (
    <section class={`composer for-${which}`} aria-label={note ? 'Write a note' : 'Write a reply'}>
      <Refused conversation={conversation.id} />
      <Tabs which={which} />
      <Hint conversation={conversation} which={which} />
      <div class="composer-field">
        {picker.shown && <Picker {...picker.shown} />}
        <textarea
          ref={field} value={text} rows={2} dir="auto" maxLength={16_000} {...picker.aria}
          aria-label={note ? 'Note for the team' : 'Reply to the visitor'}
          placeholder={note ? 'Write a note. Only the team sees it.' : 'Write a reply, / for canned responses'}
          onInput={(event) => set(event.currentTarget.value)} onKeyDown={onKeyDown} onFocus={enter} onBlur={leave}
        />
      </div>
      <footer class="composer-foot">
        {!note && canned.value.state !== 'absent' && <IconButton icon="bolt" label="Canned responses" onClick={openPicker} />}
        <label class="enter-sends"><input type="checkbox" checked={prefs.value.enterSends} onChange={(event) => change({ enterSends: event.currentTarget.checked })} /> Enter sends</label>
        <span class="header-space" />
        <Button look="primary" icon={note ? 'note' : 'send'} disabled={text.trim() === ''} onClick={submit}>{note ? 'Add note' : 'Send'}</Button>
      </footer>
    </section>
  );
}

const TABS: readonly { which: Kind; label: string }[] = [{ which: 'reply', label: 'Reply' }, { which: 'note', label: 'Note' }];

function Tabs({ which }: { which: Kind }) {
  return (
    <div class="tabs" role="group" aria-label="What to write">
      {TABS.map((tab) => (
        <button key={tab.which} type="button" class="tab" aria-pressed={tab.which === which} onClick={() => compose(tab.which)}>{tab.label}</button>
      ))}
    </div>
  );
}

function Hint({ conversation, which }: { conversation: Conversation; which: Kind }) {
  const says = which === 'note' ? null : takesOver(conversation);
  return says ? <p class="takes-over"><Icon name="hand" /> {says}</p> : null;
}

function Refused({ conversation }: { conversation: string }) {
  const said = refusals.value.get(conversation);
  if (!said) return null;
  return (
    <div class="banner warn" role="alert">
      <Icon name="warn" />
      <span>{said.text}</span>
      <IconButton icon="close" label="Dismiss" onClick={() => dismissRefusal(conversation)} />
    </div>
  );
}
