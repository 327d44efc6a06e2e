// The panel beside the thread: everything about the conversation that is not said in it. Must not know the thread.

import { sideShown } from '../desk/side';
import { IconButton } from '../parts/Button';
import { Loading } from '../parts/States';
import { conversation } from '../state/open';
import { may } from '../state/session';
import { BriefCard } from './BriefCard';
import { ContactCard } from './ContactCard';
import { DetailsCard } from './DetailsCard';
import { HandoffCard } from './HandoffCard';
import { LedgerCard } from './LedgerCard';
import { OwnersCard } from './OwnersCard';
import { PriorityCard } from './PriorityCard';
import { RoutingCard } from './RoutingCard';

export function Side() {
  const about = conversation.value;
  return (
    <section class="pane side-pane" aria-label="About this conversation">
      <header class="pane-head side-head">
        <h2>Details</h2>
        <IconButton icon="close" label="Close the details" className="side-close" onClick={() => (sideShown.value = false)} />
      </header>
      <div class="side-scroll" tabIndex={0} role="group" aria-label="Details">
        {!about && <Loading says="Loading the details" />}
        {about && (
          <>
            <BriefCard conversation={about} />
            <HandoffCard conversation={about} />
            <PriorityCard conversation={about} />
            <OwnersCard conversation={about} />
            <ContactCard key={about.contact_id} contactId={about.contact_id} />
            {may('routing:read') && <RoutingCard conversation={about} />}
            <LedgerCard conversation={about} />
            <DetailsCard conversation={about} />
          </>
        )}
      </div>
    </section>
  );
}
