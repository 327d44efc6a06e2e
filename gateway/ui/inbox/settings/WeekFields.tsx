// The hours of each day of the week. Must not know exceptions.

import type { Weekday } from '../api/types';
import { capital, type HoursFields, WEEKDAYS } from '../core/hours';
import { Button } from '../parts/Button';
import { SpanFields } from './SpanFields';

const WORKDAYS: readonly Weekday[] = ['tuesday', 'wednesday', 'thursday', 'friday'];

export function WeekFields({ week, set }: { week: HoursFields['week']; set: (week: HoursFields['week']) => void }) {
  const copyMonday = (): void => set({ ...week, ...Object.fromEntries(WORKDAYS.map((day) => [day, week.monday.map((span) => ({ ...span }))])) });
  return (
    <>
      {WEEKDAYS.map((day) => (
        <div class="day-hours" key={day}>
          <span class="day-name">{capital(day)}</span>
          <SpanFields day={capital(day)} spans={week[day]} set={(spans) => set({ ...week, [day]: spans })} />
        </div>
      ))}
      {week.monday.length > 0 && <Button small onClick={copyMonday}>Copy Monday to the other workdays</Button>}
    </>
  );
}
