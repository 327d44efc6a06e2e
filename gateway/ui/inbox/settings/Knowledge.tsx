// The texts that answers rest on: listed, searched, added, removed. Must not know how they are found.

import { useState } from 'preact/hooks';
import { listDocuments, removeDocument } from '../api/settings';
import type { KnowledgeDocument } from '../api/types';
import { oneLine } from '../core/format';
import { Ago } from '../parts/Ago';
import { Button, IconButton } from '../parts/Button';
import { Empty, Failed, Loading } from '../parts/States';
import { useLoaded } from '../side/useLoaded';
import { confirm } from '../state/confirm';
import { may } from '../state/session';
import { say, sayFailed } from '../state/toasts';
import { AddDocument } from './AddDocument';
import { KnowledgeSearch } from './KnowledgeSearch';
import { Page } from './Page';

export function Knowledge() {
  const [first, reload] = useLoaded(() => listDocuments(null), '');
  const [adding, setAdding] = useState(false);
  const [more, setMore] = useState<{ documents: readonly KnowledgeDocument[]; next: string | null } | null>(null);
  const again = (): void => {
    setMore(null);
    reload();
  };
  const next = more ? more.next : first.state === 'loaded' ? (first.value.next_page_token ?? null) : null;
  const loadMore = async (): Promise<void> => {
    try {
      const page = await listDocuments(next);
      setMore({ documents: [...(more?.documents ?? []), ...page.documents], next: page.next_page_token ?? null });
    } catch (error) {
      sayFailed(error);
    }
  };
  const aside = may('knowledge:write') ? <Button icon="plus" onClick={() => setAdding(true)}>Add a text</Button> : null;
  return (
    <Page title="Knowledge" about="Texts that the assistants answer from, and name as their sources." aside={aside}>
      <KnowledgeSearch />
      {first.state === 'loading' && <Loading says="Loading texts" />}
      {first.state === 'failed' && <Failed error={first.error} again={again} />}
      {first.state === 'loaded' && <Texts all={[...first.value.documents, ...(more?.documents ?? [])]} removed={again} />}
      {next && <div class="more"><Button small onClick={() => void loadMore()}>Load more</Button></div>}
      {adding && <AddDocument close={() => setAdding(false)} added={again} />}
    </Page>
  );
}

function Texts({ all, removed }: { all: readonly KnowledgeDocument[]; removed: () => void }) {
  if (all.length === 0) return <Empty icon="book" title="Nothing to answer from yet">Add a text, or a question with its answer.</Empty>;
  const remove = async (one: KnowledgeDocument): Promise<void> => {
    const yes = await confirm({ title: 'Remove this text?', text: `No answer begun later rests on “${one.title}”.`, yes: 'Remove', danger: true });
    if (!yes) return;
    try {
      await removeDocument(one.id);
      say('Text removed');
      removed();
    } catch (error) {
      sayFailed(error);
    }
  };
  return (
    <ul class="things">
      {all.map((one) => (
        <li key={one.id} class="thing">
          <div class="thing-main">
            <p class="thing-title"><bdi>{one.title}</bdi></p>
            <p class="thing-text"><bdi>{oneLine(one.text).slice(0, 300)}</bdi></p>
          </div>
          <Ago time={one.create_time} />
          {may('knowledge:write') && <IconButton icon="trash" label={`Remove ${one.title}`} onClick={() => void remove(one)} />}
        </li>
      ))}
    </ul>
  );
}
