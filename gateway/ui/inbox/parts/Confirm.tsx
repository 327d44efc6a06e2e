// The one question before something is removed. Must not know what.

import { question } from '../state/confirm';
import { Button } from './Button';
import { Dialog } from './Dialog';

export function Confirm() {
  const asked = question.value;
  if (!asked) return null;
  return (
    <Dialog key={asked.title} title={asked.title} close={() => asked.answer(false)}>
      <p class="muted">{asked.text}</p>
      <footer class="dialog-foot">
        <Button onClick={() => asked.answer(false)}>Cancel</Button>
        <Button look={asked.danger ? 'danger' : 'primary'} onClick={() => asked.answer(true)}>{asked.yes}</Button>
      </footer>
    </Dialog>
  );
}
