// A labelled field with its hint and its fault. Must not know what is asked.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  children: (id: string, described: string | undefined) => ComponentChildren;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = hint || error ? `${id}-hint` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id, described)}
      {described && (
        <div id={described} class={error ? 'field-error' : 'field-hint'}>{error ?? hint}</div>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  set: (value: string) => void;
  hint?: ComponentChildren;
  error?: string | undefined;
  type?: 'text' | 'email' | 'password' | 'number' | 'url' | 'date' | 'datetime-local' | 'search';
  required?: boolean;
  maxLength?: number;
  rows?: number;
  placeholder?: string;
  autocomplete?: string;
  autofocus?: boolean;
}

/** A line of text, or with `rows` a field for several. */
export function TextField({ label, value, set, hint, error, rows, type = 'text', autofocus, ...rest }: TextProps) {
  const common = (id: string, described: string | undefined) => ({
    id, value, 'aria-describedby': described, 'aria-invalid': error ? true : undefined, ...rest,
  });
  const focus = (element: HTMLElement | null): void => (autofocus && element && !element.dataset['met'] ? meet(element) : undefined);
  return (
    <Field label={label} hint={hint} error={error}>
      {(id, described) =>
        rows ? (
          <textarea {...common(id, described)} ref={focus} rows={rows} onInput={(event) => set(event.currentTarget.value)} />
        ) : (
          <input {...common(id, described)} ref={focus} type={type} onInput={(event) => set(event.currentTarget.value)} />
        )
      }
    </Field>
  );
}

/** Focuses a field once, when it appears. */
function meet(element: HTMLElement): void {
  element.dataset['met'] = 'yes';
  // A dialog is not shown yet and will choose by this attribute.
  element.autofocus = element.closest('dialog') !== null;
  element.focus();
}

interface SelectProps {
  label: string;
  value: string;
  set: (value: string) => void;
  options: readonly { value: string; label: string }[];
  hint?: ComponentChildren;
  disabled?: boolean;
}

export function SelectField({ label, value, set, options, hint, disabled = false }: SelectProps) {
  return (
    <Field label={label} hint={hint}>
      {(id, described) => (
        <select id={id} value={value} disabled={disabled} aria-describedby={described} onChange={(event) => set(event.currentTarget.value)}>
          {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
        </select>
      )}
    </Field>
  );
}

export function CheckField({ label, value, set, hint, disabled = false }: { label: string; value: boolean; set: (value: boolean) => void; hint?: string; disabled?: boolean }) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type="checkbox" checked={value} disabled={disabled} aria-describedby={hint ? `${id}-hint` : undefined} onChange={(event) => set(event.currentTarget.checked)} />
      <div>
        <label for={id}>{label}</label>
        {hint && <div id={`${id}-hint`} class="field-hint">{hint}</div>}
      </div>
    </div>
  );
}
