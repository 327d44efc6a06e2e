// Says when what is on the screen may be old. A short gap is not worth a word. Must not know the stream.

import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/Icon';
import { streamState } from '../state/live';

const PATIENCE_MS = 4_000;

export function StreamBanner() {
  const state = streamState.value;
  const [late, setLate] = useState(false);
  const apart = state !== 'live';
  useEffect(() => {
    setLate(false);
    if (!apart) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [apart]);
  const text = state === 'offline' ? 'You are offline. What you send is kept and goes out when you are back.' : late && apart ? 'Live updates are interrupted. Connecting again…' : null;
  return <div role="status">{text && <p class="stream-banner"><Icon name="warn" /> {text}</p>}</div>;
}
