// Short messages, said politely to screen readers too. The region is there before the words are, or nobody would hear them.
// Must not know who says them, nor where it stands.

import { dismiss, toasts } from '../state/toasts';
import { IconButton } from './Button';
import { Icon } from './Icon';

export function Toasts({ shown }: { shown: boolean }) {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown && toasts.value.map(({ id, kind, text }) => (
        <div key={id} class={`toast ${kind}`}>
          <Icon name={kind === 'done' ? 'check' : 'warn'} />
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
