// The assistants of the workspace, each with its form. Must not know what a form changes.

import { useState } from 'preact/hooks';
import { newId } from '../../shared/ids';
import { addAssistant, listAssistants } from '../api/settings';
import type { Assistant } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { TextField } from '../parts/Field';
import { Empty, Failed, Loading } from '../parts/States';
import { useLoaded } from '../side/useLoaded';
import { putAssistant } from '../state/directory';
import { may } from '../state/session';
import { AssistantForm } from './AssistantForm';
import { Page } from './Page';
import { SavingFault, useSaving } from './Saving';

export function Assistants() {
  const [loaded, reload] = useLoaded(listAssistants, '');
  const [chosen, choose] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const aside = may('assistants:write') ? <Button icon="plus" onClick={() => setAdding(true)}>New assistant</Button> : null;
  const take = (assistant: Assistant): void => {
    putAssistant(assistant);
    setAdding(false);
    choose(assistant.id);
    reload();
  };
  return (
    <Page title="Assistants" about="What answers first, and when it hands over to people." aside={aside}>
      {loaded.state === 'loading' && <Loading says="Loading assistants" />}
      {loaded.state === 'failed' && <Failed error={loaded.error} again={reload} />}
      {loaded.state === 'loaded' && <Chosen all={loaded.value} chosen={chosen} choose={choose} reload={reload} />}
      {adding && <AddDialog close={() => setAdding(false)} added={take} />}
    </Page>
  );
}

function Chosen({ all, chosen, choose, reload }: { all: Assistant[]; chosen: string | null; choose: (id: string) => void; reload: () => void }) {
  const assistant = all.find((one) => one.id === chosen) ?? all[0];
  if (!assistant) return <Empty icon="bot" title="No assistant yet">Without one, visitors write to people only.</Empty>;
  return (
    <>
      {all.length > 1 && (
        <div class="tabs" role="group" aria-label="Assistant">
          {all.map((one) => <button key={one.id} type="button" class="tab" aria-pressed={one === assistant} onClick={() => choose(one.id)}><bdi>{one.name}</bdi></button>)}
        </div>
      )}
      <AssistantForm key={`${assistant.id} ${assistant.etag}`} assistant={assistant} reload={reload} />
    </>
  );
}

function AddDialog({ close, added }: { close: () => void; added: (assistant: Assistant) => void }) {
  const saving = useSaving();
  const [name, setName] = useState('');
  const [requestId] = useState(newId);
  const submit = (event: Event): void => {
    event.preventDefault();
    void saving.run(async () => added(await addAssistant(requestId, name.trim())), 'Assistant made');
  };
  return (
    <Dialog title="New assistant" close={close}>
      <form onSubmit={submit}>
        <SavingFault saving={saving} />
        <TextField label="Name" value={name} set={setName} required maxLength={80} hint="Shown to visitors." autofocus />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" busy={saving.busy}>Make it</Button></footer>
      </form>
    </Dialog>
  );
}
