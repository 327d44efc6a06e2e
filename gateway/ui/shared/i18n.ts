// Texts by language: one JSON file a language, English for what one of them lacks. Must not know which texts there are.

export type Texts = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

/** Gives the text of a key with its `{names}` filled in. */
export type Translate<K extends string = string> = (key: K, values?: Values) => string;

export interface Language<K extends string = string> {
  /** BCP 47, for `lang`. */
  code: string;
  /** The same with the reader's own region, for times: `en` alone would give everybody those of the United States. */
  locale: string;
  t: Translate<K>;
}

/** The first language wanted that is offered, region aside; else English. */
export function pickLanguage(wanted: readonly string[], offered: readonly string[]): string {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (offered.includes(base)) return base;
  }
  return 'en';
}

/** What the reader said of that language, as far as Intl takes it. */
export function localeOf(wanted: readonly string[], code: string): string {
  const own = wanted.find((tag) => tag.toLowerCase().split('-')[0] === code) ?? code;
  try {
    return Intl.getCanonicalLocales(own)[0] ?? code;
  } catch {
    return code;
  }
}

/** Makes the translator of a language. A count chooses between `key.one`, `key.few` … and `key` by the language's own rules. */
export function translator<K extends string>(code: string, english: Readonly<Record<K, string>>, texts: Texts, locale = code): Language<K> {
  const plural = new Intl.PluralRules(code);
  const find = (key: string): string | undefined => texts[key];
  return {
    code,
    locale,
    t(key, values = {}) {
      const count = values['count'];
      const formed = typeof count === 'number' ? find(`${key}.${plural.select(count)}`) : undefined;
      return fill(formed ?? find(key) ?? english[key], values);
    },
  };
}

/** Loads a language and falls back to English if the file does not come: a missing text must not keep anybody from writing. */
export async function loadLanguage<K extends string>(
  wanted: readonly string[],
  english: Readonly<Record<K, string>>,
  files: Readonly<Record<string, () => Promise<Texts>>>,
): Promise<Language<K>> {
  const code = pickLanguage(wanted, ['en', ...Object.keys(files)]);
  const load = files[code];
  const inEnglish = (): Language<K> => translator('en', english, english, localeOf(wanted, 'en'));
  if (load === undefined) return inEnglish();
  try {
    return translator(code, english, await load(), localeOf(wanted, code));
  } catch {
    return inEnglish();
  }
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
