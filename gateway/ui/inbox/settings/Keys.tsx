// API keys: made with a secret that is shown once, and revoked. Must not know the form.

import { useState } from 'preact/hooks';
import { listKeys, revokeKey } from '../api/settings';
import type { Key } from '../api/types';
import { dateTime } from '../core/format';
import { Button } from '../parts/Button';
import { Empty, Failed, Loading } from '../parts/States';
import { useLoaded } from '../side/useLoaded';
import { confirm } from '../state/confirm';
import { say, sayFailed } from '../state/toasts';
import { KeyDialog } from './KeyDialog';
import { Page } from './Page';

export function Keys() {
  const [loaded, reload] = useLoaded(listKeys, '');
  const [making, setMaking] = useState(false);
  return (
    <Page title="API keys" about="For programs, over gRPC. A key may do at most what its maker may." aside={<Button icon="plus" onClick={() => setMaking(true)}>New key</Button>}>
      {loaded.state === 'loading' && <Loading says="Loading keys" />}
      {loaded.state === 'failed' && <Failed error={loaded.error} again={reload} />}
      {loaded.state === 'loaded' && loaded.value.length === 0 && <Empty icon="key" title="No keys">Make one for each program, so that each can be revoked alone.</Empty>}
      {loaded.state === 'loaded' && loaded.value.length > 0 && (
        <ul class="things">{loaded.value.map((key) => <Line key={key.id} apiKey={key} revoked={reload} />)}</ul>
      )}
      {making && <KeyDialog close={() => setMaking(false)} made={reload} />}
    </Page>
  );
}

function Line({ apiKey, revoked }: { apiKey: Key; revoked: () => void }) {
  const gone = Boolean(apiKey.revoke_time);
  const revoke = async (): Promise<void> => {
    const text = `Programs that use “${apiKey.display_name}” are refused within a minute. This cannot be undone.`;
    if (!(await confirm({ title: 'Revoke this key?', text, yes: 'Revoke', danger: true }))) return;
    try {
      await revokeKey(apiKey.id);
      say('Key revoked');
    } catch (error) {
      sayFailed(error);
    }
    revoked();
  };
  return (
    <li class={`thing${gone ? ' gone' : ''}`}>
      <div class="thing-main">
        <p class="thing-title"><bdi>{apiKey.display_name}</bdi>{gone && <span class="tag">Revoked</span>}</p>
        <p class="thing-text">{apiKey.scopes.join(', ')}</p>
        <p class="thing-text">Made {dateTime(apiKey.create_time)}{gone && `, revoked ${dateTime(apiKey.revoke_time)}`}</p>
      </div>
      {!gone && <Button small onClick={() => void revoke()}>Revoke<span class="b-sr-only"> {apiKey.display_name}</span></Button>}
    </li>
  );
}
