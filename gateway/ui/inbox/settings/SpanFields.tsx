// Stretches of work on one day. An end that is not after the start is on the next day, and is said to be. Must not know which day.

import { minuteOf, type SpanFields as Span } from '../core/hours';
import { Button, IconButton } from '../parts/Button';

interface SpanFieldsProps {
  day: string;
  spans: readonly Span[];
  set: (spans: Span[]) => void;
}

export function SpanFields({ day, spans, set }: SpanFieldsProps) {
  const change = (at: number, part: Partial<Span>): void => set(spans.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <div class="spans">
      {spans.length === 0 && <span class="closed">Closed</span>}
      {spans.map((span, i) => (
        <span class="span-fields" key={i}>
          <input type="time" aria-label={`${day}, span ${i + 1}, from`} value={span.start} required onInput={(event) => change(i, { start: event.currentTarget.value })} />
          –
          <input type="time" aria-label={`${day}, span ${i + 1}, to`} value={span.end} required onInput={(event) => change(i, { end: event.currentTarget.value })} />
          {overnight(span) && <span class="next-day">next day</span>}
          <IconButton icon="close" label={`Remove span ${i + 1} of ${day}`} onClick={() => set(spans.filter((_, at) => at !== i))} />
        </span>
      ))}
      <Button small look="quiet" icon="plus" onClick={() => set([...spans, following(spans)])}><span class="b-sr-only">{day}: </span>Add hours</Button>
    </div>
  );
}

function overnight({ start, end }: Span): boolean {
  const from = minuteOf(start);
  const to = minuteOf(end);
  return from !== null && to !== null && to <= from;
}

/** The first span is a working day; the next one is the afternoon after it. */
const following = (spans: readonly Span[]): Span => (spans.length === 0 ? { start: '09:00', end: '17:00' } : { start: '18:00', end: '20:00' });
