// Makes a key, and shows its secret this once. Must not know the list.

import { useState } from 'preact/hooks';
import { makeKey } from '../api/settings';
import { SCOPES } from '../core/words';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { CheckField, TextField } from '../parts/Field';
import { may } from '../state/session';
import { say, sayFailed } from '../state/toasts';
import { SavingFault, useSaving } from './Saving';

export function KeyDialog({ close, made }: { close: () => void; made: () => void }) {
  const saving = useSaving();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    void saving.run(async () => {
      setSecret((await makeKey(name.trim(), [...scopes])).secret);
      made();
    }, 'Key made');
  };
  if (secret) return <Secret secret={secret} close={close} />;
  const toggle = (scope: string, on: boolean): void => setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope));
  return (
    <Dialog title="New key" close={close}>
      <form onSubmit={submit}>
        <SavingFault saving={saving} />
        <TextField label="What it is for" value={name} set={setName} required maxLength={80} autofocus />
        <fieldset class="checks">
          <legend>What it may do</legend>
          {SCOPES.filter(({ scope }) => may(scope)).map(({ scope, says }) => (
            <CheckField key={scope} label={scope} hint={says} value={scopes.includes(scope)} set={(on) => toggle(scope, on)} />
          ))}
        </fieldset>
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" busy={saving.busy} disabled={scopes.length === 0}>Make it</Button></footer>
      </form>
    </Dialog>
  );
}

function Secret({ secret, close }: { secret: string; close: () => void }) {
  const copy = (): void => void navigator.clipboard.writeText(secret).then(() => say('Copied'), () => sayFailed('Copying is not allowed here; mark the text instead.'));
  return (
    <Dialog title="Copy the secret now" close={close} firm>
      <p class="muted">It is shown this once and stored nowhere in this form. Send it as “authorization: Bearer …”.</p>
      <pre class="code" tabIndex={0} role="region" aria-label="Secret"><code>{secret}</code></pre>
      <footer class="dialog-foot"><Button onClick={copy}>Copy</Button><Button look="primary" onClick={close}>Done</Button></footer>
    </Dialog>
  );
}
