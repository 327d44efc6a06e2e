// Whether members take conversations, and the signed-in one's own word on it. Must not know the menu.

import { computed, signal } from '@preact/signals';
import { listAvailability, setAvailability } from '../api/people';
import type { Availability, AvailabilityState } from '../api/types';
import { may, myId } from './session';
import { sayFailed } from './toasts';

const ASK_MS = 45_000;

export const availabilities = signal<ReadonlyMap<string, Availability>>(new Map());

/** Who never said so takes nothing. */
export const own = computed(() => availabilities.value.get(myId.value) ?? null);

const put = (one: Availability): void => void (availabilities.value = new Map(availabilities.value).set(one.member_id, one));

export async function loadAvailability(): Promise<void> {
  if (!may('routing:read')) return;
  try {
    const all = await listAvailability();
    const before = own.value?.state;
    availabilities.value = new Map(all.map((one) => [one.member_id, one]));
    // Routing does this to whoever lets an offer pass, and no event tells of it.
    if (before === 'online' && own.value?.state === 'away') sayFailed('You are set to away: an offer passed unanswered.');
  } catch {
    // Shown as unknown; the next look asks again.
  }
}

/** Nothing on the stream tells of availability, so it is asked for while somebody looks. */
export function followAvailability(): void {
  setInterval(() => {
    if (!document.hidden && myId.value) void loadAvailability();
  }, ASK_MS);
}

export async function sayAvailability(state: AvailabilityState, limit: number | null): Promise<void> {
  try {
    put(await setAvailability(state, limit));
  } catch (error) {
    sayFailed(error);
  }
}
