// Buttons: with words, or with a pictogram and a name. Must not know what they do.

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './Icon';

interface Common {
  onClick?: (event: MouseEvent) => void;
  disabled?: boolean;
  busy?: boolean;
}

interface ButtonProps extends Common {
  children: ComponentChildren;
  look?: 'plain' | 'primary' | 'danger' | 'quiet';
  icon?: IconName;
  type?: 'button' | 'submit';
  small?: boolean;
}

export function Button({ children, look = 'plain', icon, type = 'button', small = false, onClick, disabled = false, busy = false }: ButtonProps) {
  return (
    <button type={type} class={`button ${look}${small ? ' small' : ''}`} disabled={disabled || busy} aria-busy={busy} onClick={onClick}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Common {
  icon: IconName;
  /** What it does: its name for everybody, its hint for the mouse. */
  label: string;
  pressed?: boolean;
  className?: string;
}

export function IconButton({ icon, label, pressed, onClick, disabled = false, busy = false, className = '' }: IconButtonProps) {
  return (
    <button type="button" class={`icon-button ${className}`} aria-label={label} title={label} aria-pressed={pressed} disabled={disabled || busy} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
