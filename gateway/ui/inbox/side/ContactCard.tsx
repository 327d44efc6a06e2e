// Whom one talks to. A change says which state it was made on, and a newer one is shown instead of overwritten. Must not know the thread.

import { useState } from 'preact/hooks';
import { Problem } from '../../shared/http';
import { changeContact } from '../api/people';
import type { Contact } from '../api/types';
import { hasReason, sentence } from '../core/refusals';
import { Button } from '../parts/Button';
import { TextField } from '../parts/Field';
import { Icon } from '../parts/Icon';
import { contacts, putContact, refreshContact, wantContact } from '../state/directory';
import { may } from '../state/session';
import { say } from '../state/toasts';
import { Card } from './Card';

export function ContactCard({ contactId }: { contactId: string }) {
  const [editing, setEditing] = useState(false);
  wantContact(contactId);
  const contact = contacts.value.get(contactId);
  const aside = contact && !editing && may('conversations:write') ? <Button small look="quiet" onClick={() => setEditing(true)}>Edit</Button> : null;
  return (
    <Card title="Contact" aside={aside}>
      {contact && editing ? (
        <ContactForm contact={contact} close={() => setEditing(false)} />
      ) : (
        <dl class="facts">
          <div><dt>Name</dt><dd>{contact?.display_name ? <bdi>{contact.display_name}</bdi> : <span class="muted">Not said</span>}</dd></div>
          <div><dt>E-mail</dt><dd>{contact?.email ? <bdi>{contact.email}</bdi> : <span class="muted">Not said</span>}</dd></div>
          {contact?.external_id && <div><dt>Own id</dt><dd><bdi>{contact.external_id}</bdi></dd></div>}
        </dl>
      )}
    </Card>
  );
}

function ContactForm({ contact, close }: { contact: Contact; close: () => void }) {
  // What was on the screen when editing began: an etag that moves along would hide what a colleague wrote.
  const [begun, setBegun] = useState(contact);
  const [name, setName] = useState(contact.display_name ?? '');
  const [email, setEmail] = useState(contact.email ?? '');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      putContact(await changeContact(contact.id, { display_name: name.trim(), email: email.trim() }, begun.etag));
      say('Contact saved');
      close();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  const loadNewer = async (): Promise<void> => {
    const fresh = await refreshContact(contact.id);
    setBegun(fresh);
    setName(fresh.display_name ?? '');
    setEmail(fresh.email ?? '');
    setError(null);
  };
  const fields = error instanceof Problem ? error.fields : new Map<string, string>();
  const stale = hasReason(error, 'STALE_ETAG');
  return (
    <form onSubmit={(event) => void save(event)}>
      {error !== null && fields.size === 0 && <p class="banner danger" role="alert"><Icon name="warn" /> {stale ? 'A colleague changed this contact meanwhile.' : sentence(error)}</p>}
      {stale && <Button small icon="refresh" onClick={() => void loadNewer().catch(setError)}>Load the newer values</Button>}
      <TextField label="Name" value={name} set={setName} maxLength={80} error={fields.get('display_name')} autofocus />
      <TextField label="E-mail" type="email" value={email} set={setEmail} maxLength={254} error={fields.get('email')} hint="Not verified." />
      <footer class="card-foot"><Button small onClick={close}>Cancel</Button><Button small look="primary" type="submit" busy={busy}>Save</Button></footer>
    </form>
  );
}
