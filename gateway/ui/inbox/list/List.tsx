// The list of conversations of the view that is chosen. Must not know how they are loaded, nor what a row tells.

import { useEffect, useRef } from 'preact/hooks';
import type { Status } from '../api/types';
import { viewKey } from '../core/list';
import { filterable } from '../core/route';
import { Button } from '../parts/Button';
import { Empty, Failed, Loading } from '../parts/States';
import { loadMore, loadView, shownPaging, shownRows } from '../state/lists';
import { openId, showView, view } from '../state/router';
import { Row } from './Row';
import { viewLabel } from './Views';

export function List() {
  const key = viewKey(view.value);
  useEffect(() => {
    // Loaded before or not: what is not shown is not kept up.
    if (shownPaging.value.state !== 'loading') void loadView(view.value);
  }, [key]);
  const rows = shownRows.value;
  return (
    <section class="pane list-pane" aria-label="Conversations">
      <header class="pane-head">
        <h1>{viewLabel(view.value)}</h1>
        {filterable(view.value.kind) && <StatusFilter />}
      </header>
      <div class="list-scroll" key={key} tabIndex={-1}>
        {rows.length > 0 && (
          <ul class="rows">{rows.map((conversation) => <Row key={conversation.id} conversation={conversation} open={conversation.id === openId.value} />)}</ul>
        )}
        <End empty={rows.length === 0} />
      </div>
    </section>
  );
}

const STATUSES: readonly { value: Status | 'any'; label: string }[] = [
  { value: 'open', label: 'Open' },
  { value: 'snoozed', label: 'Snoozed' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'any', label: 'Any status' },
];

function StatusFilter() {
  const choose = (value: string): void => {
    const { status: _, ...rest } = view.value;
    const status = STATUSES.find((one) => one.value === value)?.value;
    showView(status && status !== 'any' ? { ...rest, status } : rest);
  };
  return (
    <select class="small-select" aria-label="Status" value={view.value.status ?? 'any'} onChange={(event) => choose(event.currentTarget.value)}>
      {STATUSES.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
    </select>
  );
}

function End({ empty }: { empty: boolean }) {
  const { state, next, error } = shownPaging.value;
  if (state === 'failed') return <Failed error={error} again={() => void (next ? loadMore(view.value) : loadView(view.value))} />;
  if (state !== 'loaded') return empty || next ? <Loading says="Loading conversations" /> : null;
  if (next) return <More />;
  return empty ? <Nothing /> : null;
}

/** Loads the next page when it comes into sight; the button is for those who do not scroll. */
function More() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver((seen) => (seen.some((one) => one.isIntersecting) ? void loadMore(view.value) : undefined), { rootMargin: '300px' });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={place} class="more"><Button small onClick={() => void loadMore(view.value)}>Load more</Button></div>;
}

function Nothing() {
  switch (view.value.kind) {
    case 'needs_intervention':
      return <Empty icon="check" title="Nobody is waiting">When a visitor needs a person, the conversation appears here at once.</Empty>;
    case 'mine':
      return <Empty icon="person" title="Nothing is yours">What you take or are given appears here.</Empty>;
    case 'unassigned':
      return <Empty icon="inbox" title="Everything has somebody">Open conversations without an assignee appear here.</Empty>;
    default:
      return <Empty icon="inbox" title="No conversations">Conversations appear here as soon as a visitor writes.</Empty>;
  }
}
