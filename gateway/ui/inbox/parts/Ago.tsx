// How long ago, ticking; the exact time as a hint. Must not know of what.

import { age, dateTime } from '../core/format';
import { now } from '../state/clock';

export function Ago({ time }: { time: string | null | undefined }) {
  if (!time) return null;
  return <time class="ago" dateTime={time} title={dateTime(time)}>{age(time, now.value)}</time>;
}
