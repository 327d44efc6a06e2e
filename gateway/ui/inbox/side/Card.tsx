// A part of the side panel with its title. Must not know what it holds.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export function Card({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="card" role="group" aria-label={title}>
      <header class="card-head"><h3>{title}</h3>{aside}</header>
      {children}
    </div>
  );
}

/** One that is opened by hand, and loaded only then. */
export function FoldedCard({ title, children }: { title: string; children: () => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="card folded" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><h3>{title}</h3></summary>
      {open && children()}
    </details>
  );
}
