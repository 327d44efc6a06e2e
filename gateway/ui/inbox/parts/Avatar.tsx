// A face of two letters. Must not know whose it is.

import { initials, tint } from '../core/format';

export function Avatar({ name, id, small = false }: { name: string; id: string; small?: boolean }) {
  return (
    <span class={`avatar tint-${tint(id)}${small ? ' small' : ''}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
