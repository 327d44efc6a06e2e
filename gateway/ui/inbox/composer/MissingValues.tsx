// Asks for what a canned response leaves open, before its text goes into the composer. Must not know the response's text.

import { useState } from 'preact/hooks';
import { Button } from '../parts/Button';
import { Dialog } from '../parts/Dialog';
import { TextField } from '../parts/Field';

interface MissingValuesProps {
  title: string;
  missing: readonly string[];
  give: (values: Record<string, string> | null) => void;
}

export function MissingValues({ title, missing, give }: MissingValuesProps) {
  const [values, setValues] = useState<Record<string, string>>({});
  const submit = (event: Event): void => {
    event.preventDefault();
    give(values);
  };
  return (
    <Dialog title={title} close={() => give(null)}>
      <form onSubmit={submit}>
        <p class="muted">This response has gaps that Baton cannot fill.</p>
        {missing.map((name, i) => (
          <TextField key={name} label={name.replace(/[._]/g, ' ')} value={values[name] ?? ''} set={(value) => setValues({ ...values, [name]: value })} required autofocus={i === 0} />
        ))}
        <footer class="dialog-foot"><Button onClick={() => give(null)}>Cancel</Button><Button type="submit" look="primary">Put into the reply</Button></footer>
      </form>
    </Dialog>
  );
}
