// The widget's languages: English within, the others as files that are fetched when wanted. Must not know where a text is used.

import { type Language, type Texts, loadLanguage } from '../../shared/i18n';
import english from '../texts/en.json';

export type Key = keyof typeof english;
export type WidgetLanguage = Language<Key>;

const files = import.meta.glob<Texts>(['../texts/*.json', '!../texts/en.json'], { import: 'default' });

const byCode = Object.fromEntries(Object.entries(files).map(([path, load]) => [path.replace(/^.*\/|\.json$/g, ''), load]));

export function widgetLanguage(wanted: readonly string[]): Promise<WidgetLanguage> {
  return loadLanguage<Key>(wanted, english, byCode);
}
