// Replies that are used again and again: personal, of a team, of the workspace. Must not know the form.

import { useEffect, useState } from 'preact/hooks';
import { removeCanned } from '../api/settings';
import type { CannedResponse } from '../api/types';
import { matching } from '../core/picker';
import { scopeOf } from '../composer/Picker';
import { Button, IconButton } from '../parts/Button';
import { TextField } from '../parts/Field';
import { Empty, Failed, Loading } from '../parts/States';
import { canned, loadCanned } from '../state/canned';
import { confirm } from '../state/confirm';
import { may } from '../state/session';
import { say, sayFailed } from '../state/toasts';
import { CannedDialog } from './CannedDialog';
import { Page } from './Page';

export function CannedResponses() {
  const [editing, edit] = useState<CannedResponse | 'new' | null>(null);
  const [query, setQuery] = useState('');
  useEffect(() => void loadCanned(true), []);
  const { state, all, error } = canned.value;
  const shown = matching(all, query.trim());
  const aside = may('conversations:write') && state !== 'absent' ? <Button icon="plus" onClick={() => edit('new')}>New response</Button> : null;
  return (
    <Page title="Canned responses" about="Replies to use again. In the composer, / at the start of a word opens them." aside={aside}>
      {state === 'absent' && <Empty icon="bolt" title="Not offered">This Baton has no canned responses yet.</Empty>}
      {state === 'failed' && <Failed error={error} again={() => void loadCanned(true)} />}
      {(state === 'idle' || (state === 'loading' && all.length === 0)) && <Loading says="Loading canned responses" />}
      {all.length > 5 && <TextField label="Find" type="search" value={query} set={setQuery} />}
      {state === 'loaded' && all.length === 0 && <Empty icon="bolt" title="No canned responses yet">Make the first one of what you write every day.</Empty>}
      {shown.length > 0 && <ul class="things">{shown.map((one) => <Line key={one.id} response={one} edit={() => edit(one)} />)}</ul>}
      {editing && <CannedDialog response={editing === 'new' ? null : editing} close={() => edit(null)} />}
    </Page>
  );
}

function Line({ response, edit }: { response: CannedResponse; edit: () => void }) {
  return (
    <li class="thing">
      <div class="thing-main">
        <p class="thing-title"><kbd>/{response.shortcut}</kbd><bdi>{response.title}</bdi><span class="tag">{scopeOf(response)}</span></p>
        <p class="thing-text"><bdi>{response.text}</bdi></p>
        {response.variables.length > 0 && (
          <p class="thing-text">Fills in: {response.variables.map(({ name, fallback }) => (fallback ? `${name} (or “${fallback}”)` : name)).join(', ')}</p>
        )}
      </div>
      {may('conversations:write') && (
        <>
          <Button small onClick={edit}>Edit<span class="b-sr-only"> {response.title}</span></Button>
          <IconButton icon="trash" label={`Remove ${response.title}`} onClick={() => void remove(response)} />
        </>
      )}
    </li>
  );
}

async function remove(response: CannedResponse): Promise<void> {
  const text = `“${response.title}” is gone for everybody who could use it.`;
  if (!(await confirm({ title: 'Remove this response?', text, yes: 'Remove', danger: true }))) return;
  try {
    await removeCanned(response.id, response.etag);
    say('Response removed');
  } catch (error) {
    sayFailed(error);
  }
  await loadCanned(true);
}
