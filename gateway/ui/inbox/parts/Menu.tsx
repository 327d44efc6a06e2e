// A button that opens a short menu: arrows move, Enter chooses, Escape leaves, the focus comes back. Must not know what is chosen.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './Icon';

export interface Choice {
  label: string;
  icon?: IconName;
  hint?: string;
  danger?: boolean;
  checked?: boolean;
  choose: () => void;
}

interface MenuProps {
  label: string;
  choices: readonly Choice[];
  className?: string;
  children: ComponentChildren;
}

export function Menu({ label, choices, className = 'button plain', children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (refocus: boolean): void => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  return (
    <div class="menu-anchor">
      <button ref={button} type="button" class={className} title={label} aria-haspopup="menu" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <span class="b-sr-only">{label}</span>
        {children}
      </button>
      {open && <List id={id} label={label} choices={choices} close={close} />}
    </div>
  );
}

interface ListProps {
  id: string;
  label: string;
  choices: readonly Choice[];
  close: (refocus: boolean) => void;
}

function List({ id, label, choices, close }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  useEffect(() => {
    items()[0]?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !list.current?.parentElement?.contains(event.target)) close(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = moved(event.key, items(), document.activeElement);
    if (to) to.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close(event.key === 'Escape');
    else return;
    event.stopPropagation();
    if (event.key !== 'Tab') event.preventDefault();
  };
  return (
    <div ref={list} id={id} class="menu" role="menu" aria-label={label} onKeyDown={onKeyDown}>
      {choices.map((choice) => <Item key={choice.label} choice={choice} close={close} />)}
    </div>
  );
}

function Item({ choice, close }: { choice: Choice; close: (refocus: boolean) => void }) {
  const choose = (): void => {
    close(true);
    choice.choose();
  };
  const radio = choice.checked !== undefined;
  return (
    <button type="button" role={radio ? 'menuitemradio' : 'menuitem'} aria-checked={choice.checked} tabIndex={-1} class={`menu-item${choice.danger ? ' danger' : ''}`} onClick={choose}>
      {choice.icon && <Icon name={choice.icon} />}
      <span class="menu-label">{choice.label}{choice.hint && <span class="menu-hint">{choice.hint}</span>}</span>
      {choice.checked && <Icon name="check" />}
    </button>
  );
}

function moved(key: string, items: readonly HTMLElement[], from: Element | null): HTMLElement | undefined {
  const place = items.findIndex((item) => item === from);
  if (key === 'ArrowDown') return items[(place + 1) % items.length];
  if (key === 'ArrowUp') return items.at(place - 1);
  if (key === 'Home') return items[0];
  return key === 'End' ? items.at(-1) : undefined;
}
