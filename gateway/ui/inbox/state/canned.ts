// The canned responses this member may use. Must not know the picker.

import { signal } from '@preact/signals';
import { listCanned } from '../api/settings';
import type { CannedResponse } from '../api/types';
import { isMissing } from '../core/refusals';

export interface Canned {
  state: 'idle' | 'loading' | 'loaded' | 'failed' | 'absent';
  all: readonly CannedResponse[];
  error: unknown;
}

export const canned = signal<Canned>({ state: 'idle', all: [], error: null });

export async function loadCanned(again = false): Promise<void> {
  if (canned.value.state === 'loading' || (canned.value.state === 'loaded' && !again)) return;
  canned.value = { ...canned.value, state: 'loading' };
  try {
    canned.value = { state: 'loaded', all: await listCanned(), error: null };
  } catch (error) {
    canned.value = { ...canned.value, state: isMissing(error) ? 'absent' : 'failed', error };
  }
}
