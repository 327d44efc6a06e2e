// Rules that hold for every file of both faces.
import { describe, expect, it } from 'vitest';

const sources = import.meta.glob<string>(['../{shared,widget,inbox}/**/*.{ts,tsx,css,html}', '!**/*.test.*', '!**/generated/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

function files(pattern: RegExp): { name: string; text: string }[] {
  return Object.entries(sources).filter(([name]) => pattern.test(name)).map(([name, text]) => ({ name, text }));
}

describe('the house rules', () => {
  it('look at something', () => expect(files(/\.tsx?$/).length).toBeGreaterThan(30));

  it('no element is made from a string, and no string is run', () => {
    const forbidden = /innerHTML|outerHTML|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function\b/;
    expect(files(/\.tsx?$/).filter(({ text }) => forbidden.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('no style stands in an attribute, where the policy forbids it', () => {
    expect(files(/\.(tsx|html)$/).filter(({ text }) => /\sstyle=/.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('no type is talked away', () => {
    const talked = /\bas any\b|: any\b|<any>|@ts-ignore|@ts-expect-error|@ts-nocheck/;
    expect(files(/\.tsx?$/).filter(({ text }) => talked.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('nothing is fetched from anyone else', () => {
    const foreign = /(?:src|href|url|from|import)\s*[=(]?\s*['"(]https?:\/\//;
    expect(files(/\.(tsx?|css|html)$/).filter(({ text }) => foreign.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('every module begins with its job', () => {
    expect(files(/\.tsx?$/).filter(({ name, text }) => !name.endsWith('.d.ts') && !/^(\/\/|\/\*)/.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('no file is longer than it may be', () => {
    expect(files(/\.tsx?$/).filter(({ text }) => text.split('\n').length > 500).map(({ name }) => name)).toEqual([]);
  });

  it('dark is the same by the system and by the attribute', () => {
    const css = sources['./tokens.css'] ?? '';
    expect(css).toContain('--b-accent');
    const values = (from: string): string[] => css.slice(css.indexOf(from)).replace(/^[^{]*\{/, '').replace(/\}[\s\S]*$/, '').split('\n').map((line) => line.trim()).filter(Boolean);
    expect(values(":root:not([data-theme='light'])")).toEqual(values(":root[data-theme='dark']"));
  });
});
