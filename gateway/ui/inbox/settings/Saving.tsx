// What every form of the settings does when it saves: busy, the fault in words, and what a colleague changed meanwhile.
// Must not know what is saved.

import { useState } from 'preact/hooks';
import { Problem } from '../../shared/http';
import { hasReason, sentence } from '../core/refusals';
import { Button } from '../parts/Button';
import { Icon } from '../parts/Icon';
import { say } from '../state/toasts';

export interface Saving {
  busy: boolean;
  error: unknown;
  run: (save: () => Promise<void>, done: string) => Promise<boolean>;
  clear: () => void;
  /** What the API says of a field. */
  fieldError: (field: string) => string | undefined;
}

export function useSaving(): Saving {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (save: () => Promise<void>, done: string): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await save();
      say(done);
      return true;
    } catch (refused) {
      setError(refused);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const fieldError = (field: string): string | undefined => (error instanceof Problem ? error.fields.get(field) : undefined);
  return { busy, error, run, clear: () => setError(null), fieldError };
}

/** A fault of the form itself, said as one of the API would be. */
export class Fault extends Error {}

export function SavingFault({ saving, reload }: { saving: Saving; reload?: () => void }) {
  const { error } = saving;
  if (error === null) return null;
  const text = error instanceof Fault ? error.message : sentence(error);
  return (
    <div class="banner danger" role="alert">
      <Icon name="warn" />
      <span>{text}</span>
      {reload && hasReason(error, 'STALE_ETAG') && <Button small icon="refresh" onClick={reload}>Load the newer values</Button>}
    </div>
  );
}
