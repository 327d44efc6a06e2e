// A field for a message with its name and its fault; the form begins there. Must not know where the message goes.

import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useChat } from './context';

export interface MessageFieldProps {
  id: string;
  value: string;
  /** What is wrong with it, in the visitor's language. */
  fault: string | null;
  onValue: (value: string) => void;
}

export function MessageField({ id, value, fault, onValue }: MessageFieldProps): VNode {
  const { t } = useChat().language;
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const faultId = `${id}-fault`;
  return (
    <div class="field">
      <label for={id}>{t('leave.text')}</label>
      <textarea
        id={id}
        ref={field}
        rows={3}
        value={value}
        aria-invalid={fault !== null}
        {...(fault === null ? {} : { 'aria-describedby': faultId })}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {fault !== null && <p id={faultId} class="fault-line">{fault}</p>}
    </div>
  );
}
