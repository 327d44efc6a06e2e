import { describe, expect, it } from 'vitest';
import { loadLanguage, localeOf, pickLanguage, translator } from '../shared/i18n';
import { launcherLabel } from './loader/texts';

const files = import.meta.glob<Record<string, string>>('./texts/*.json', { import: 'default', eager: true });
const read = (code: string): Record<string, string> => files[`./texts/${code}.json`] ?? {};
const english = read('en');
const others = Object.keys(files).map((path) => path.replace(/^.*\/|\.json$/g, '')).filter((code) => code !== 'en');
const names = (text: string | undefined): string[] => [...(text ?? '').matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe('the languages', () => {
  it('are at least ten', () => expect(others.length).toBeGreaterThanOrEqual(9));

  it.each(others)('%s says everything that English says, with the same names in it', (code) => {
    const texts = read(code);
    expect(Object.keys(texts)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim(), key).not.toBe('');
      expect(names(text), key).toEqual(names(english[key]));
    }
  });

  it.each(others)('%s has a name for the launcher', (code) => {
    expect(launcherLabel([code], false, 0)).not.toBe(launcherLabel(['en'], false, 0));
    expect(launcherLabel([code], false, 3)).toContain('3');
  });

  it('are chosen by the browser, region aside, in its order', () => {
    expect(pickLanguage(['sv-SE', 'pt-BR', 'de'], ['en', 'de', 'pt'])).toBe('pt');
    expect(pickLanguage([], ['en', 'de'])).toBe('en');
    expect(pickLanguage(['en-GB', 'de'], ['en', 'de'])).toBe('en');
  });

  it('give times the region that was asked for with them', () => {
    expect(localeOf(['sv-SE', 'en-GB', 'en'], 'en')).toBe('en-GB');
    expect(localeOf(['de-AT'], 'en')).toBe('en');
    expect(localeOf(['en-not_a_tag'], 'en')).toBe('en');
  });

  it('fall back to English for a text or a file that is not there', async () => {
    const { t } = translator('de', { a: 'A {x}', b: 'B' }, { a: 'Ä {x} {y}' });
    expect([t('a', { x: 1 }), t('b')]).toEqual(['Ä 1 {y}', 'B']);
    const lost = await loadLanguage(['de'], { a: 'A' }, { de: () => Promise.reject(new Error('404')) });
    expect([lost.code, lost.t('a')]).toEqual(['en', 'A']);
  });

  it('form counts by their own rules', () => {
    const { t } = translator('pl', { n: '{count}' }, { 'n.one': '{count} znak', 'n.few': '{count} znaki', 'n.many': '{count} znaków' });
    expect([1, 3, 5].map((count) => t('n', { count }))).toEqual(['1 znak', '3 znaki', '5 znaków']);
  });
});
