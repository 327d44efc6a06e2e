// Messages as elements: a small Markdown by an allow-list. Whatever is not on the list is shown as the text it was written as, so what
// somebody else wrote can never become an element, an attribute or a request of its own. Must not know who wrote it.

import { Lexer, type Token, type Tokens } from 'marked';
import { Fragment, type ComponentChildren, type VNode } from 'preact';
import { useMemo } from 'preact/hooks';

/** The API allows 16 KiB to people; assistants may say a little more. Beyond that it is shown as it is, unparsed. */
const LONGEST = 64 * 1024;
/** Lists in lists in lists: deeper than this is somebody's trick. */
const DEEPEST = 8;
/** Every one of these may open something; a text made of nothing else costs the lexer quadratic time. */
const MOST_MARKS = 4_000;

export function Markdown({ text }: { text: string }): VNode {
  const content = useMemo(() => render(text), [text]);
  return <>{content}</>;
}

/** The elements of a text. Never throws. */
export function render(text: string): ComponentChildren {
  if (text.length > LONGEST || marksIn(text) > MOST_MARKS) return plain(text);
  try {
    return blocks(new Lexer({ gfm: true, breaks: true }).lex(text), 0);
  } catch {
    // The lexer recurses by nesting, and a stack has an end.
    return plain(text);
  }
}

function marksIn(text: string): number {
  return text.match(/[[\]()*_`~<>!#|&-]/g)?.length ?? 0;
}

function plain(text: string): VNode {
  return <p dir="auto" class="md-plain">{text}</p>;
}

function blocks(tokens: readonly Token[], depth: number): ComponentChildren {
  return tokens.map((token, at) => <Fragment key={at}>{block(token, depth)}</Fragment>);
}

function block(token: Token, depth: number): ComponentChildren {
  if (depth > DEEPEST) return plain(token.raw);
  switch (token.type) {
    case 'space':
      return null;
    case 'paragraph':
      return <p dir="auto">{inlines(token.tokens ?? [], depth)}</p>;
    case 'heading':
      // A chat has no outline: a heading inside a message would stand among the page's own.
      return <p dir="auto"><strong>{inlines(token.tokens ?? [], depth)}</strong></p>;
    case 'text':
      return token.tokens ? inlines(token.tokens, depth) : token.raw;
    case 'code':
      return <pre dir="ltr"><code>{(token as Tokens.Code).text}</code></pre>;
    case 'list':
      return list(token as Tokens.List, depth);
    default:
      return token.raw.trim() === '' ? null : plain(token.raw.replace(/\n+$/, ''));
  }
}

function list({ ordered, start, items }: Tokens.List, depth: number): VNode {
  const entries = items.map((item, at) => (
    <li key={at} dir="auto">
      {item.task ? `[${item.checked ? 'x' : ' '}] ` : null}
      {blocks(item.tokens.filter((token) => token.type !== 'checkbox'), depth + 1)}
    </li>
  ));
  if (!ordered) return <ul>{entries}</ul>;
  return typeof start === 'number' && start !== 1 ? <ol start={start}>{entries}</ol> : <ol>{entries}</ol>;
}

function inlines(tokens: readonly Token[], depth: number): ComponentChildren {
  return tokens.map((token, at) => <Fragment key={at}>{inline(token, depth + 1)}</Fragment>);
}

function inline(token: Token, depth: number): ComponentChildren {
  if (depth > DEEPEST * 2) return token.raw;
  switch (token.type) {
    case 'br':
      return <br />;
    case 'strong':
      return <strong>{inlines(token.tokens ?? [], depth)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens ?? [], depth)}</em>;
    case 'del':
      return <del>{inlines(token.tokens ?? [], depth)}</del>;
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>;
    case 'escape':
      return (token as Tokens.Escape).text;
    case 'link':
      return link(token as Tokens.Link, depth);
    case 'text':
      return token.tokens ? inlines(token.tokens, depth) : token.raw;
    default:
      return token.raw;
  }
}

function link(token: Tokens.Link, depth: number): ComponentChildren {
  const href = safeHref(token.href);
  if (href === null) return token.raw;
  return <a href={href} target="_blank" rel="noopener noreferrer nofollow">{inlines(token.tokens, depth)}</a>;
}

/**
 * The address as the browser will read it, or null. What is looked at is what is used: no entity is decoded after the look, and
 * `https://bank.example@evil.example` is nobody's honest link.
 */
export function safeHref(href: string): string | null {
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return null;
  try {
    const url = new URL(href);
    if (url.protocol === 'mailto:') return url.href;
    const web = url.protocol === 'https:' || url.protocol === 'http:';
    return web && url.username === '' && url.password === '' ? url.href : null;
  } catch {
    return null;
  }
}
