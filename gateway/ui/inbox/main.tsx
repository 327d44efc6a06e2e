// Begins the inbox: styles, the things that live as long as the page, the first drawing. Must not know any page of it.

import { render } from 'preact';
import '../shared/tokens.css';
import '../shared/base.css';
import './styles/parts.css';
import './styles/forms.css';
import './styles/desk.css';
import './styles/list.css';
import './styles/thread.css';
import './styles/composer.css';
import './styles/side.css';
import './styles/settings.css';
import './styles/teams.css';
import { App } from './app';
import { sweep } from './core/sweep';
import { followAvailability } from './state/availability';
import { startClock } from './state/clock';
import { followDrafts } from './state/compose';
import { followSession } from './state/live';
import { followTitle } from './state/notices';
import { followOpen } from './state/open';
import { followTheme } from './state/prefs';
import { startRouter } from './state/router';
import { followOutbox } from './state/sending';
import { startSession } from './state/session';
import { allowSound } from './state/sound';

startRouter();
startClock();
followTheme();
followTitle();
followOpen();
followSession();
followDrafts();
followOutbox();
followAvailability();
allowSound();
sweep(localStorage, Date.now());
void startSession();

const root = document.getElementById('app');
if (root) render(<App />, root);
