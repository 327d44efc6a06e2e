// The times people usually put something off to, by the local clock. Pure. Must not know the dialog.

export interface SnoozeTime {
  label: string;
  at: Date;
}

export function snoozeTimes(now: Date): SnoozeTime[] {
  const times: SnoozeTime[] = [
    { label: 'In an hour', at: new Date(now.getTime() + 3_600_000) },
    { label: 'In three hours', at: new Date(now.getTime() + 3 * 3_600_000) },
    { label: 'Tomorrow morning', at: morning(now, 1) },
  ];
  // Until Friday the next Monday is not the same as tomorrow; on Sunday it is.
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return toMonday > 1 ? [...times, { label: 'Monday morning', at: morning(now, toMonday) }] : times;
}

function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9, 0);
}
