// The time zone, with the browser's list to choose from. Must not know the hours.

import { useId } from 'preact/hooks';
import { Field } from '../parts/Field';

export function ZoneField({ value, set }: { value: string; set: (value: string) => void }) {
  const list = useId();
  return (
    <Field label="Time zone" hint="The IANA name, such as Europe/Berlin. Summer time is its own affair.">
      {(id, described) => (
        <>
          <input id={id} list={list} value={value} required aria-describedby={described} onInput={(event) => set(event.currentTarget.value)} />
          <datalist id={list}>{Intl.supportedValuesOf('timeZone').map((zone) => <option key={zone} value={zone} />)}</datalist>
        </>
      )}
    </Field>
  );
}
