// One row of the thread: a day, a notice, or a message. Must not know what comes before or after it.

import { Component, type VNode } from 'preact';
import { dayLabel } from '../../shared/time';
import type { Row } from '../model/rows';
import { useChat } from './context';
import { MessageItem } from './MessageItem';
import { NoticeItem } from './NoticeItem';
import { OwnItem } from './OwnItem';

/** A class for its one gift: an answer that grows must not render the whole history with each piece. */
export class RowItem extends Component<{ row: Row }> {
  override shouldComponentUpdate({ row }: { row: Row }): boolean {
    return !same(this.props.row, row);
  }

  override render({ row }: { row: Row }): VNode {
    if (row.kind === 'day') return <Day time={row.time} />;
    if (row.kind === 'notice') return <NoticeItem message={row.message} />;
    return row.message.author_kind === 'visitor' ? <OwnItem row={row} /> : <MessageItem row={row} />;
  }
}

function Day({ time }: { time: string }): VNode {
  const { locale } = useChat().language;
  return <p class="day"><span>{dayLabel(time, Date.now(), locale)}</span></p>;
}

function same(a: Row, b: Row): boolean {
  if (a.kind === 'day' || b.kind === 'day') return a.kind === b.kind && a.key === b.key;
  if (a.kind === 'notice' || b.kind === 'notice') return a.kind === b.kind && a.message === b.message;
  if (a.first !== b.first || a.last !== b.last) return false;
  // What waits is made into a message anew each time; what counts is the item.
  return a.pending === b.pending && (a.pending !== null || a.message === b.message);
}
