// One row of the thread: a day, a notice, or a message. Must not know what comes before or after it.

import { Component, type VNode } from 'preact';
import { dayLabel } from '../../shared/time';
import type { Row } from '../model/rows';
import { useChat } from './context';
import { MessageItem } from './MessageItem';
import { NoticeItem } from './NoticeItem';

/** A class for its one gift: an answer that grows must not render the whole history with each piece. */
export class RowItem extends Component<{ row: Row }> {
  override shouldComponentUpdate({ row }: { row: Row }): boolean {
    return !same(this.props.row, row);
  }

  override render({ row }: { row: Row }): VNode {
    if (row.kind === 'day') return <Day time={row.time} />;
    if (row.kind === 'notice') return <NoticeItem message={row.message} />;
    return <MessageItem message={row.message} first={row.first} last={row.last} />;
  }
}

function Day({ time }: { time: string }): VNode {
  const { locale } = useChat().language;
  return <p class="day"><span>{dayLabel(time, Date.now(), locale)}</span></p>;
}

function same(a: Row, b: Row): boolean {
  if (a.kind === 'day' || b.kind === 'day') return a.kind === b.kind && a.key === b.key;
  if (a.kind !== b.kind || a.message !== b.message) return false;
  return a.kind === 'notice' || (b.kind === 'message' && a.first === b.first && a.last === b.last);
}
