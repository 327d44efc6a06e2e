// @vitest-environment happy-dom
// Dialogs: the short messages stand where they are not inert, and what is shown once is not closed by a slip.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as settings from '../api/settings';
import { button, doing, draw, found } from '../drawn';
import { me } from '../core/fixtures';
import { KeyDialog } from '../settings/KeyDialog';
import { session } from '../state/session';
import { say, toasts } from '../state/toasts';
import { Dialog, PageToasts } from './Dialog';

vi.mock('../api/settings');

const close = vi.fn();
const press = (selector: string): Promise<void> => doing(() => found(selector).dispatchEvent(new MouseEvent('mousedown', { bubbles: true })));

beforeEach(() => {
  toasts.value = [];
  session.value = { phase: 'in', me: me() };
});
afterEach(() => void vi.resetAllMocks());

it('a short message stands in the topmost dialog, and in the page when all are closed', async () => {
  const places = (): string[] => [...document.querySelectorAll('.toast')].map((one) => one.closest('dialog')?.querySelector('h2')?.textContent ?? 'page');
  await draw(<><Dialog title="Under" close={close}>…</Dialog><PageToasts /></>);
  await draw(<><Dialog title="Under" close={close}>…</Dialog><Dialog title="Over" close={close}>…</Dialog><PageToasts /></>);
  await doing(() => say('Copied'));
  expect(places()).toEqual(['Over']);
  await draw(<><PageToasts /></>);
  expect(places()).toEqual(['page']);
});

it('a press beside a dialog closes it, but not one that shows a secret this once', async () => {
  await draw(<Dialog title="Any" close={close}>…</Dialog>);
  await press('dialog');
  expect(close).toHaveBeenCalledTimes(1);

  vi.mocked(settings.makeKey).mockResolvedValue({ api_key: { id: 'key_1', display_name: 'k', scopes: [] }, secret: 'bk_secret' });
  await draw(<KeyDialog close={close} made={() => undefined} />);
  await doing(() => found<HTMLInputElement>('input[type=checkbox]').click());
  await doing(() => found<HTMLFormElement>('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
  expect(found('pre').textContent).toBe('bk_secret');
  await press('dialog');
  expect(close).toHaveBeenCalledTimes(1);
  await doing(() => button('Done').click());
  expect(close).toHaveBeenCalledTimes(2);
});
