// The thread itself: rows in order, held at the newest while one reads there, older pages loaded on the way up. Must not know how a row
// looks or what it costs to load one.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { newest, oldest } from '../core/thread';
import { lineOf } from '../core/outbox';
import { timeline } from '../core/timeline';
import { Button } from '../parts/Button';
import { Icon } from '../parts/Icon';
import { loadOlder, type Opened, sayRead } from '../state/open';
import { readNoticesOf } from '../state/notices';
import { jobs, noteIds } from '../state/outbox';
import { sayFailed } from '../state/toasts';
import { Growing } from './Growing';
import { TimelineRow } from './TimelineRow';
import { TypingLine } from './TypingLine';

const NEAR_PX = 80;

export function Log({ opened }: { opened: Opened }) {
  const { thread } = opened;
  const scroller = useRef<HTMLDivElement>(null);
  const { away, onScroll, toNewest } = useScroll(scroller, opened);
  useReadMarks(opened, away);
  const last = thread.messages.at(-1);
  const from = oldest(thread);
  const quiet = useQuiet(opened.filling);
  const rows = timeline(thread, lineOf(jobs.value, opened.id), noteIds.value);
  return (
    <div class="log-frame">
      <div ref={scroller} class="log" onScroll={onScroll} tabIndex={0} role="log" aria-label="Thread" aria-live={quiet ? 'off' : 'polite'} aria-atomic="false">
        {from > 1 && <div class="more"><Button small look="quiet" busy={opened.loadingOlder} onClick={() => void loadOlder().catch(sayFailed)}>{opened.loadingOlder ? 'Loading…' : 'Older messages'}</Button></div>}
        {rows.map((item) => <TimelineRow key={item.key} item={item} opened={opened} lastSequence={last?.sequence ?? 0} />)}
        {opened.fence.growing && <Growing growing={opened.fence.growing} />}
        <TypingLine present={opened.present} />
      </div>
      {away && (
        <button type="button" class="to-newest" onClick={toNewest}><Icon name="down" />{away === 'new' ? 'New messages' : 'Newest'}</button>
      )}
    </div>
  );
}

/** Screen readers hear of additions a moment after they were made. */
const HEARD_MS = 1_000;

/** Whether additions are no news: while older ones are put in, and until that has gone past the ears. */
function useQuiet(filling: boolean): boolean {
  const [quiet, setQuiet] = useState(true);
  useEffect(() => {
    if (filling) return setQuiet(true);
    const timer = setTimeout(() => setQuiet(false), HEARD_MS);
    return () => clearTimeout(timer);
  }, [filling]);
  return quiet || filling;
}

type Away = false | 'old' | 'new';

function useScroll(scroller: { current: HTMLDivElement | null }, opened: Opened) {
  const [away, setAway] = useState<Away>(false);
  const before = useRef({ oldest: 0, newest: 0, height: 0 });
  const atEnd = (): boolean => {
    const box = scroller.current;
    return !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  };
  const toNewest = (): void => {
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
    setAway(false);
  };
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const was = before.current;
    const is = { oldest: oldest(opened.thread), newest: newest(opened.thread), height: box.scrollHeight };
    before.current = is;
    // What was in sight stays in sight when older messages are put above it.
    if (was.oldest > is.oldest && was.oldest > 0) box.scrollTop += is.height - was.height;
    else if (!away) box.scrollTop = is.height;
    else if (is.newest > was.newest) setAway('new');
  });
  const onScroll = (): void => {
    const box = scroller.current;
    if (!box) return;
    if (box.scrollTop < NEAR_PX && oldest(opened.thread) > 1) void loadOlder().catch(sayFailed);
    const end = atEnd();
    if (end && away) setAway(false);
    if (!end && !away) setAway('old');
  };
  return { away, onScroll, toNewest };
}

/** What is in sight of somebody who is looking has been read. */
function useReadMarks(opened: Opened, away: Away): void {
  const last = newest(opened.thread);
  useEffect(() => {
    if (away || last === 0) return;
    const look = (): void => {
      if (document.hidden) return;
      void sayRead();
      readNoticesOf(opened.id);
    };
    const timer = setTimeout(look, 600);
    document.addEventListener('visibilitychange', look);
    // What could not be said without a network is said with the next one.
    addEventListener('online', look);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [opened.id, last, away === false]);
}
