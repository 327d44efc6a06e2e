// Adds a text to the knowledge base. Must not know the list.

import { useState } from 'preact/hooks';
import { newId } from '../../shared/ids';
import { addDocument } from '../api/settings';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { TextField } from '../parts/Field';
import { SavingFault, useSaving } from './Saving';

export function AddDocument({ close, added }: { close: () => void; added: () => void }) {
  const saving = useSaving();
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [uri, setUri] = useState('');
  const [requestId] = useState(newId);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { request_id: requestId, title: title.trim(), text, uri: uri.trim() || null };
    const saved = await saving.run(() => addDocument(body).then(() => undefined), 'Added. The next answer can use it.');
    if (!saved) return;
    added();
    close();
  };
  return (
    <Dialog title="Add a text" close={close} wide>
      <form onSubmit={(event) => void submit(event)}>
        <SavingFault saving={saving} />
        <TextField label="Title, or the question" value={title} set={setTitle} required maxLength={200} error={saving.fieldError('title')} autofocus />
        <TextField label="Text, or the answer" value={text} set={setText} required rows={10} error={saving.fieldError('text')} />
        <TextField label="Address (optional)" type="url" value={uri} set={setUri} hint="Where a visitor can read it." error={saving.fieldError('uri')} />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary" busy={saving.busy}>Add</Button></footer>
      </form>
    </Dialog>
  );
}
