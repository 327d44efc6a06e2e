// Chooses between the sign-in page and the desk. Must not know what either shows.

import { Confirm } from './parts/Confirm';
import { Failed, Loading } from './parts/States';
import { Toasts } from './parts/Toasts';
import { Desk } from './desk/Desk';
import { SignIn } from './signin/SignIn';
import { ask, session } from './state/session';

export function App() {
  return (
    <>
      <Face />
      <Confirm />
      <Toasts />
    </>
  );
}

function Face() {
  const now = session.value;
  switch (now.phase) {
    case 'asking':
      return <main class="whole"><Loading says="Opening the inbox" /></main>;
    case 'unreachable':
      return <main class="whole"><Failed error={now.error} again={() => void ask()} /></main>;
    case 'out':
      return <SignIn ended={now.ended} />;
    case 'in':
      return <Desk />;
  }
}
