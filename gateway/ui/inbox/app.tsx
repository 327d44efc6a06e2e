// Chooses between the sign-in page and the desk. Must not know what either shows.

import { Confirm } from './parts/Confirm';
import { PageToasts } from './parts/Dialog';
import { Failed, Loading } from './parts/States';
import { Desk } from './desk/Desk';
import { SignIn } from './signin/SignIn';
import { ask, session } from './state/session';

export function App() {
  return (
    <>
      <Face />
      <Confirm />
      <PageToasts />
    </>
  );
}

function Face() {
  const now = session.value;
  switch (now.phase) {
    case 'asking':
    case 'leaving':
      return <main class="whole"><Loading says="Opening the inbox" /></main>;
    case 'unreachable':
      return <main class="whole"><h1 class="b-sr-only">Baton</h1><Failed error={now.error} again={() => void ask()} /></main>;
    case 'out':
      return <SignIn ended={now.ended} />;
    case 'in':
      return <Desk />;
  }
}
