// The frame as a whole: what stands above, between and below. Must not know how any of it works.

import type { VNode } from 'preact';
import { Banner } from './Banner';
import { Composer } from './Composer';
import { useChat } from './context';
import { Fault } from './Fault';
import { Foot } from './Foot';
import { Header } from './Header';
import { LeaveMessage } from './LeaveMessage';
import { ThreadLog } from './ThreadLog';
import { useLostFocus } from './use-lost-focus';

export function App(): VNode {
  const { chat, host, page } = useChat();
  const root = useLostFocus(`${chat.thread.value.conversation?.control}:${chat.leaving.value}`);
  function onKeyDown(event: KeyboardEvent): void {
    // An input method uses Escape for itself.
    if (event.key !== 'Escape' || event.isComposing) return;
    if (chat.leaving.value) chat.leaving.value = false;
    else host.tell({ type: 'close' });
  }
  return (
    <div ref={root} class={page ? 'frame page' : 'frame'} onKeyDown={onKeyDown}>
      <Header />
      <main class="body">
        <Banner />
        {chat.fault.value === null ? <ThreadLog /> : <Fault />}
        {chat.fault.value === null && (chat.leaving.value ? <LeaveMessage /> : <Below />)}
      </main>
    </div>
  );
}

function Below(): VNode {
  return (
    <div class="below">
      <Foot />
      <Composer />
    </div>
  );
}
