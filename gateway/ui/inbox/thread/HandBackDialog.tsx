// Gives a conversation back to the AI, if wanted with what it is to do. Must not know how.

import { useState } from 'preact/hooks';
import type { Conversation } from '../api/types';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { TextField } from '../parts/Field';
import { handBack } from '../state/actions';
import { assistantName } from '../state/directory';

export function HandBackDialog({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const [instruction, setInstruction] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    close();
    void handBack(conversation, instruction.trim() || null);
  };
  const name = assistantName(conversation.assistant_id);
  return (
    <Dialog title={`Hand back to ${name}`} close={close}>
      <form onSubmit={submit}>
        <TextField label="What should it do now? (optional)" value={instruction} set={setInstruction} rows={4} maxLength={4000} hint="Never shown to the visitor." placeholder="The refund is approved; tell them how long it takes." autofocus />
        <footer class="dialog-foot"><Button onClick={close}>Cancel</Button><Button type="submit" look="primary">Hand back</Button></footer>
      </form>
    </Dialog>
  );
}
