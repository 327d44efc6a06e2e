// Office hours: read, edited, saved under the state they were read in. Must not know clock arithmetic; that stands in core/hours.

import { useState } from 'preact/hooks';
import { changeHours, readHours } from '../api/settings';
import type { CurrentHours } from '../api/types';
import { hoursFields, hoursOf } from '../core/hours';
import { Button } from '../parts/Button';
import { Failed, Loading } from '../parts/States';
import { useLoaded } from '../side/useLoaded';
import { may } from '../state/session';
import { ExceptionFields } from './ExceptionFields';
import { HoursPreview } from './HoursPreview';
import { Page } from './Page';
import { ReplyFields } from './ReplyFields';
import { Fault, SavingFault, useSaving } from './Saving';
import { WeekFields } from './WeekFields';
import { ZoneField } from './ZoneField';

export function Hours() {
  const [loaded, reload] = useLoaded(readHours, '');
  return (
    <Page title="Office hours" about="When people work, and what visitors are told about it.">
      {loaded.state === 'loading' && <Loading says="Loading office hours" />}
      {loaded.state === 'failed' && <Failed error={loaded.error} again={reload} />}
      {loaded.state === 'loaded' && <HoursForm key={loaded.value.etag} hours={loaded.value} reload={reload} />}
      <HoursPreview />
    </Page>
  );
}

function HoursForm({ hours, reload }: { hours: CurrentHours; reload: () => void }) {
  const saving = useSaving();
  const [fields, setFields] = useState(() => hoursFields(hours));
  const set = (part: Partial<typeof fields>): void => setFields({ ...fields, ...part });
  const fixed = !may('routing:write');
  const submit = (event: Event): void => {
    event.preventDefault();
    void saving.run(async () => {
      const body = hoursOf(fields);
      if (typeof body === 'string') throw new Fault(body);
      await changeHours(body, hours.etag);
      reload();
    }, 'Office hours saved. The next promise is made by them.');
  };
  return (
    <form class="page" onSubmit={submit}>
      {hours.always_open && <p class="banner">No hours were ever set: people count as always there.</p>}
      <fieldset class="bare page" disabled={fixed}>
        <section class="group">
          <h2>Week</h2>
          <ZoneField value={fields.timeZone} set={(timeZone) => set({ timeZone })} />
          <WeekFields week={fields.week} set={(week) => set({ week })} />
        </section>
        <ExceptionFields all={fields.exceptions} set={(exceptions) => set({ exceptions })} />
        <ReplyFields fields={fields} set={set} />
      </fieldset>
      <SavingFault saving={saving} reload={reload} />
      {fixed ? <p class="muted">Your role may read this, not change it.</p> : <footer class="page-foot"><Button type="submit" look="primary" busy={saving.busy}>Save</Button></footer>}
    </form>
  );
}
