// Dates with other hours than those of the week, or none. Must not know the week.

import type { ExceptionFields as Fields } from '../core/hours';
import { Button, IconButton } from '../parts/Button';
import { CheckField, TextField } from '../parts/Field';
import { SpanFields } from './SpanFields';

export function ExceptionFields({ all, set }: { all: readonly Fields[]; set: (all: Fields[]) => void }) {
  const change = (at: number, part: Partial<Fields>): void => set(all.map((one, i) => (i === at ? { ...one, ...part } : one)));
  const today = new Date().toISOString().slice(0, 10);
  return (
    <section class="group">
      <h2>Exceptions</h2>
      <p class="muted">Holidays and special days replace the hours that would start on that date.</p>
      {all.map((one, i) => (
        <div class="repeat" key={i} role="group" aria-label={one.label || `Exception ${i + 1}`}>
          <div>
            <div class="two">
              <TextField label="Date" type="date" value={one.date} set={(date) => change(i, { date })} required />
              <TextField label="Why" value={one.label} set={(label) => change(i, { label })} placeholder="Christmas" />
            </div>
            <CheckField label="Every year" value={one.yearly} set={(yearly) => change(i, { yearly })} />
            <SpanFields day={one.label || one.date} spans={one.spans} set={(spans) => change(i, { spans })} />
          </div>
          <IconButton icon="trash" label={`Remove ${one.label || 'this exception'}`} onClick={() => set(all.filter((_, at) => at !== i))} />
        </div>
      ))}
      <Button small icon="plus" onClick={() => set([...all, { date: today, yearly: false, label: '', spans: [] }])}>Add an exception</Button>
    </section>
  );
}
