// The list of canned responses over the composer. Choosing one renders it; what is missing is asked for first. Must not send anything.

import { useEffect, useRef, useState } from 'preact/hooks';
import { renderCanned } from '../api/settings';
import type { CannedResponse, Conversation } from '../api/types';
import { matching, type Trigger } from '../core/picker';
import { canned } from '../state/canned';
import { teamName } from '../state/directory';
import { sayFailed } from '../state/toasts';
import { MissingValues } from './MissingValues';

const LIST = 'canned-list';
const MOST = 50;
const optionId = (response: CannedResponse): string => `canned-${response.id}`;

interface Shown {
  list: readonly CannedResponse[];
  active: number;
  choose: (response: CannedResponse) => void;
  asking: { response: CannedResponse; missing: readonly string[] } | null;
  give: (values: Record<string, string> | null) => void;
}

export function usePicker(trigger: Trigger | null, conversation: Conversation, place: (text: string) => void, close: () => void) {
  const [active, setActive] = useState(0);
  const [asking, setAsking] = useState<Shown['asking']>(null);
  const query = trigger?.query ?? null;
  useEffect(() => setActive(0), [query]);
  const list = query === null ? [] : matching(canned.value.all, query).slice(0, MOST);
  const render = async (response: CannedResponse, values: Record<string, string>): Promise<void> => {
    try {
      const { text, missing } = await renderCanned(response.id, conversation.id, values);
      if (missing.length > 0) return setAsking({ response, missing });
      setAsking(null);
      place(text);
    } catch (error) {
      sayFailed(error);
    }
  };
  const choose = (response: CannedResponse): void => void render(response, {});
  const give = (values: Record<string, string> | null): void => {
    if (values && asking) void render(asking.response, values);
    else setAsking(null);
  };
  const open = query !== null && canned.value.state !== 'absent' && (list.length > 0 || query === '');
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!open || event.isComposing) return false;
    if (step !== undefined && list.length > 0) setActive((active + step + list.length) % list.length);
    else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' || event.key === 'Tab') && list[active] && !event.ctrlKey && !event.metaKey) choose(list[active]);
    else return false;
    event.preventDefault();
    return true;
  };
  const current = list[active];
  const aria = {
    'aria-autocomplete': 'list' as const, 'aria-haspopup': 'listbox' as const, 'aria-controls': open ? LIST : undefined,
    'aria-activedescendant': open && current ? optionId(current) : undefined,
  };
  const shown: Shown | null = open || asking ? { list, active, choose, asking, give } : null;
  return { shown, onKeyDown, aria };
}

export function Picker({ list, active, choose, asking, give }: Shown) {
  const box = useRef<HTMLUListElement>(null);
  useEffect(() => box.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [active]);
  if (asking) return <MissingValues title={asking.response.title} missing={asking.missing} give={give} />;
  return (
    <ul ref={box} id={LIST} class="picker" role="listbox" aria-label="Canned responses">
      {list.length === 0 && <li class="picker-none" role="option" aria-selected="false" aria-disabled="true">No canned responses yet. Make some in the settings.</li>}
      {list.map((response, i) => (
        <li
          key={response.id} id={optionId(response)} role="option" aria-selected={i === active} class="picker-item"
          // The field keeps the focus, so that the words go on there.
          onMouseDown={(event) => event.preventDefault()} onClick={() => choose(response)}
        >
          <span class="picker-line"><kbd>/{response.shortcut}</kbd><bdi class="picker-title">{response.title}</bdi><span class="tag">{scopeOf(response)}</span></span>
          <span class="picker-text"><bdi>{response.text}</bdi></span>
        </li>
      ))}
    </ul>
  );
}

export function scopeOf(response: CannedResponse): string {
  if (response.scope === 'team') return teamName(response.team_id);
  return response.scope === 'personal' ? 'Personal' : 'Workspace';
}
