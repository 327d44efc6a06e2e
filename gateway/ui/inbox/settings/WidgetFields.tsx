// How an assistant comes onto a site: its script tag and the sites that may carry it. Must not know the rest of the assistant.

import type { Assistant } from '../api/types';
import { TextField } from '../parts/Field';
import type { Draft } from './AssistantForm';

export function WidgetFields({ assistant, draft, set }: { assistant: Assistant; draft: Draft; set: (part: Partial<Draft>) => void }) {
  const tag = `<script src="${location.origin}/widget.js" data-widget-key="${assistant.widget_key}" async></script>`;
  return (
    <section class="group">
      <h2>Widget</h2>
      <p class="muted">Put this into the pages of your site:</p>
      <pre class="code" tabIndex={0} role="region" aria-label="Script tag"><code>{tag}</code></pre>
      {assistant.allowed_sites !== undefined && (
        <TextField label="Sites that may carry it" value={draft.sites} set={(sites) => set({ sites })} rows={3} hint="One a line, such as https://shop.example.org. Without any, only pages of this server." />
      )}
    </section>
  );
}
