// Whether the side panel is shown where there is no room for it beside the thread. Must not know the panel.

import { signal } from '@preact/signals';

export const sideShown = signal(false);
