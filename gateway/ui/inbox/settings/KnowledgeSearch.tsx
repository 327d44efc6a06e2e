// Searches the knowledge base as an answer would. Must not know the list.

import { useState } from 'preact/hooks';
import { searchKnowledge } from '../api/settings';
import type { Hit } from '../api/types';
import { Button } from '../parts/Button';
import { TextField } from '../parts/Field';
import { sayFailed } from '../state/toasts';

export function KnowledgeSearch() {
  const [query, setQuery] = useState('');
  const [hits, setHits] = useState<readonly Hit[] | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (query.trim() === '') return setHits(null);
    try {
      setHits(await searchKnowledge(query.trim()));
    } catch (error) {
      sayFailed(error);
    }
  };
  return (
    <form class="group" role="search" onSubmit={(event) => void submit(event)}>
      <TextField label="Search as an answer would" type="search" value={query} set={setQuery} maxLength={1000} placeholder="How do I return something?" />
      <Button type="submit" icon="search">Search</Button>
      <div aria-live="polite">
        {hits && (hits.length === 0 ? <p class="muted">Nothing fits. The assistant would say that it does not know.</p> : <Found hits={hits} />)}
      </div>
    </form>
  );
}

function Found({ hits }: { hits: readonly Hit[] }) {
  return (
    <ol class="plain-list found">
      {hits.map((hit) => (
        <li key={hit.document_id} class="decision">
          <p class="decision-head"><strong><bdi>{hit.title}</bdi></strong><span class="tag" title="How well it fits, within this search">{hit.score.toFixed(2)}</span></p>
          <p class="thing-text"><bdi>{hit.passage}</bdi></p>
        </li>
      ))}
    </ol>
  );
}
