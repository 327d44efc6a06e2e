// What an AI answer rests on, each of which opens. Must not know the knowledge base.

import type { VNode } from 'preact';
import { safeHref } from '../../shared/markdown';
import type { Source } from '../model/types';
import { useChat } from './context';
import { Icon } from './icons';

export function Sources({ sources }: { sources: readonly Source[] }): VNode {
  const { language } = useChat();
  return (
    <div class="sources">
      <p class="sources-title">{language.t('thread.sources')}</p>
      <ul>
        {sources.map((source) => <li key={source.document_id}><OneSource source={source} /></li>)}
      </ul>
    </div>
  );
}

function OneSource({ source }: { source: Source }): VNode {
  const { language } = useChat();
  const href = source.uri ? safeHref(source.uri) : null;
  if (href === null) return <span class="source"><bdi>{source.title}</bdi></span>;
  return (
    <a class="source" href={href} target="_blank" rel="noopener noreferrer nofollow">
      <bdi>{source.title}</bdi>
      <Icon name="link" />
      <span class="b-sr-only"> ({language.t('thread.opens')})</span>
    </a>
  );
}
