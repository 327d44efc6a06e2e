// The sign-in page. The address stays what it was, so that one comes back to where one was. Must not know the desk.

import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../../shared/http';
import { hasReason, sentence } from '../core/refusals';
import { Button } from '../parts/Button';
import { TextField } from '../parts/Field';
import { Icon } from '../parts/Icon';
import { remembered, signIn } from '../state/session';

export function SignIn({ ended }: { ended: boolean }) {
  const known = remembered();
  const [workspace, setWorkspace] = useState(known.workspace);
  const [email, setEmail] = useState(known.email);
  const [password, setPassword] = useState('');
  const { busy, wait, over, error, submit } = useSignIn();
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void submit({ workspace: workspace.trim(), email: email.trim(), password });
  };
  return (
    <main class="signin">
      <form class="signin-card" onSubmit={onSubmit}>
        <div class="brand"><span class="brand-mark" aria-hidden="true" />Baton</div>
        <h1>Sign in to the inbox</h1>
        {over && <p class="banner" role="status"><Icon name="clock" /> You can try again now.</p>}
        {ended && !error && !over && <p class="banner" role="status"><Icon name="clock" /> Your session is over. Sign in to go on where you were.</p>}
        {error && <p class="banner danger" role="alert"><Icon name="warn" /> {wait > 0 ? `Too many tries. You can try again in ${wait} s.` : error}</p>}
        <TextField label="Workspace" value={workspace} set={setWorkspace} required autocomplete="organization" hint="Its short name, such as demo" autofocus={!known.workspace} />
        <TextField label="E-mail" type="email" value={email} set={setEmail} required autocomplete="username" />
        <TextField label="Password" type="password" value={password} set={setPassword} required autocomplete="current-password" autofocus={known.workspace !== ''} />
        <Button type="submit" look="primary" busy={busy} disabled={wait > 0}>{busy ? 'Signing in…' : wait > 0 ? `Wait ${wait} s` : 'Sign in'}</Button>
      </form>
    </main>
  );
}

function useSignIn() {
  const [busy, setBusy] = useState(false);
  const [wait, setWait] = useState(0);
  const [over, setOver] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const count = (): void => {
    setWait(wait - 1);
    if (wait > 1) return;
    setError(null);
    setOver(true);
  };
  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(count, 1_000);
    return () => clearTimeout(timer);
  }, [wait]);
  const submit = async (credentials: { workspace: string; email: string; password: string }): Promise<void> => {
    setBusy(true);
    setOver(false);
    try {
      await signIn(credentials);
    } catch (refused) {
      setError(said(refused));
      if (refused instanceof Problem && refused.status === 429) setWait(refused.retryAfter ?? 30);
    } finally {
      setBusy(false);
    }
  };
  return { busy, wait, over, error, submit };
}

/** Which of the three is wrong is not told apart: that would say who is on the staff. */
function said(error: unknown): string {
  if (hasReason(error, 'SIGN_IN_REFUSED', 'NOT_FOUND')) return 'Workspace, e-mail and password do not belong together. Check all three.';
  return sentence(error);
}
