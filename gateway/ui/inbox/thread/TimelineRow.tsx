// One row of the thread, by its kind. Must not know how any kind looks.

import { dayName } from '../core/format';
import type { Item } from '../core/timeline';
import { now } from '../state/clock';
import type { Opened } from '../state/open';
import { MessageRow } from './MessageRow';
import { NoteRow } from './NoteRow';
import { SystemRow } from './SystemRow';

export function TimelineRow({ item, opened, lastSequence }: { item: Item; opened: Opened; lastSequence: number }) {
  switch (item.kind) {
    case 'day':
      return <div class="day"><span>{dayName(item.time, now.value)}</span></div>;
    case 'note':
      return <NoteRow note={item.note} job={item.job} />;
    case 'message':
      return item.message.author_kind === 'system' ? (
        <SystemRow message={item.message} />
      ) : (
        <MessageRow message={item.message} continues={item.continues} job={item.job} opened={opened} last={item.message.sequence === lastSequence} />
      );
  }
}
