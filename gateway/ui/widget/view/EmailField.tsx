// A field for an e-mail address with its name and its fault. Must not know what the address is for.

import type { VNode } from 'preact';
import { useChat } from './context';

export interface EmailFieldProps {
  id: string;
  value: string;
  invalid: boolean;
  onValue: (value: string) => void;
}

export function EmailField({ id, value, invalid, onValue }: EmailFieldProps): VNode {
  const { t } = useChat().language;
  const fault = `${id}-fault`;
  return (
    <div class="field">
      <label for={id}>{t('email.label')}</label>
      <input
        id={id}
        type="email"
        name="email"
        autocomplete="email"
        inputMode="email"
        required
        aria-invalid={invalid}
        {...(invalid ? { 'aria-describedby': fault } : {})}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {invalid && <p id={fault} class="fault-line">{t('email.invalid')}</p>}
    </div>
  );
}
