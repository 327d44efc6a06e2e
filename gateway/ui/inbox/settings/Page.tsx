// A settings page: title, what it is for, and what can be begun there. Must not know which.

import type { ComponentChildren } from 'preact';

export function Page({ title, about, aside, children }: { title: string; about: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="page">
      <header class="page-head">
        <div><h1>{title}</h1><p class="muted">{about}</p></div>
        {aside}
      </header>
      {children}
    </div>
  );
}
