// What stands where something is not: loading, failed, empty. Must not know what is missing.

import type { ComponentChildren } from 'preact';
import { sentence } from '../core/refusals';
import { Button } from './Button';
import { Icon, type IconName } from './Icon';

export function Loading({ says }: { says: string }) {
  return (
    <div class="state" role="status">
      <span class="spinner" aria-hidden="true" />
      <span class="b-sr-only">{says}</span>
    </div>
  );
}

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  return (
    <div class="state" role="alert">
      <Icon name="warn" />
      <p>{sentence(error)}</p>
      {again && <Button icon="refresh" onClick={again}>Try again</Button>}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <span class="state-icon"><Icon name={icon} /></span>
      <p class="state-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}
