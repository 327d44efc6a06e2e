// The conversations this tab holds, and how far each view was paged. Must not know the stream that changes them, nor rows.

import { computed, signal } from '@preact/signals';
import { listConversations, readConversation } from '../api/conversations';
import type { Conversation, InboxEvent } from '../api/types';
import { remember } from '../core/bounded';
import { applyEvent, belongs, type Held, newer, rows, type View, viewKey, withPage } from '../core/list';
import { LazyReads } from './queue';
import { openId, view } from './router';
import { myId } from './session';

export interface Paging {
  state: 'idle' | 'loading' | 'loaded' | 'failed';
  /** For the next page; `null` on the last. */
  next: string | null;
  error: unknown;
}

const NEVER: Paging = { state: 'idle', next: null, error: null };
const PAGE = 50;

export const held = signal<Held>(new Map());
const pagings = signal<ReadonlyMap<string, Paging>>(new Map());

export const shownRows = computed<Conversation[]>(() => rows(held.value, view.value, myId.value));
export const shownPaging = computed<Paging>(() => pagings.value.get(viewKey(view.value)) ?? NEVER);

const setPaging = (key: string, paging: Paging): void => void (pagings.value = new Map(pagings.value).set(key, paging));

/** Loads the first page of a view. Gives the place from which the stream misses nothing. */
export async function loadView(wanted: View): Promise<string | null> {
  return load(wanted, null);
}

export async function loadMore(wanted: View): Promise<void> {
  const { state, next } = pagings.value.get(viewKey(wanted)) ?? NEVER;
  if (state === 'loading' || !next) return;
  await load(wanted, next);
}

async function load(wanted: View, token: string | null): Promise<string | null> {
  const key = viewKey(wanted);
  const before = pagings.value.get(key) ?? NEVER;
  setPaging(key, { state: 'loading', next: before.next, error: null });
  try {
    const page = await listConversations(wanted, wanted.kind === 'needs_intervention' ? 200 : PAGE, token);
    const doubtful = token === null ? left(wanted, page.conversations, page.next_page_token ?? null) : [];
    held.value = trimmed(withPage(held.value, page.conversations));
    for (const id of doubtful) void refresh(id).catch(() => undefined);
    setPaging(key, { state: 'loaded', next: page.next_page_token ?? null, error: null });
    return page.resume_token;
  } catch (error) {
    setPaging(key, { state: 'failed', next: before.next, error });
    return null;
  }
}

/** What is held as part of a view although its first page, which should name it, does not: it changed unseen and is read anew. */
function left(wanted: View, page: readonly Conversation[], next: string | null): string[] {
  const named = new Set(page.map((one) => one.id));
  const from = next ? (page.at(-1)?.create_time ?? '') : '';
  return [...held.value.values()]
    .filter((one) => belongs(one, wanted, myId.value) && !named.has(one.id) && (one.create_time ?? '') >= from)
    .map((one) => one.id)
    .slice(0, PAGE);
}

const MINE: View = { kind: 'mine', status: 'open' };
/** The views whose number stands beside their name. */
export const COUNTED: readonly View[] = [{ kind: 'needs_intervention' }, MINE, { kind: 'unassigned' }];

export function countOf(wanted: View): { count: number; more: boolean } | null {
  const paging = pagings.value.get(viewKey(wanted));
  if (!paging || paging.state === 'idle' || paging.state === 'failed') return null;
  const count = [...held.value.values()].filter((one) => belongs(one, wanted, myId.value)).length;
  return paging.state === 'loading' && count === 0 ? null : { count, more: paging.next !== null };
}

export function put(conversation: Conversation): void {
  held.value = trimmed(new Map(held.value).set(conversation.id, newer(held.value.get(conversation.id), conversation)));
}

/** So many are held before those are let go that no view asks for. */
const MOST = 400;

function trimmed(all: Held): Held {
  if (all.size <= MOST) return all;
  const views = [...COUNTED, view.value];
  const asked = (one: Conversation): boolean => one.id === openId.value || views.some((wanted) => belongs(one, wanted, myId.value));
  return new Map([...all].filter(([, one]) => asked(one)));
}

const reading = new Map<string, Promise<Conversation>>();

/** Reads a conversation anew; calls that come together share one answer. */
export function refresh(id: string): Promise<Conversation> {
  const running = reading.get(id);
  if (running) return running;
  const read = readConversation(id)
    .then((conversation) => {
      put(conversation);
      return conversation;
    })
    .finally(() => reading.delete(id));
  reading.set(id, read);
  return read;
}

/** What the stream told of and is not held, a few at a time: a storm of new conversations is no storm of reads. */
const told = new LazyReads(async (id) => {
  await reading.get(id)?.catch(() => undefined);
  const read = await refresh(id);
  if (concerned().every((wanted) => !belongs(read, wanted, myId.value))) remember(elsewhere, id, MOST);
}, 3);

/** What was read and stands in none of the views; its next message is no reason to read it again. */
const elsewhere = new Set<string>();

/** Takes a change from the stream. What it leaves unsaid is read where it is shown. */
export function hearEvent(event: InboxEvent): void {
  const id = event.conversation_id;
  const applied = applyEvent(held.value.get(id), event);
  if (applied.outcome === 'changed') put(applied.conversation);
  const lacking = applied.outcome === 'unknown' ? mayConcern(event) : applied.outcome === 'changed' && applied.reload && id === openId.value;
  // A conversation that cannot be read now is read with its next change.
  if (lacking) told.again(id);
}

/** The views that are kept up: what is shown, what is mine, and every number that is exact. */
function concerned(): View[] {
  const exact = COUNTED.filter((one) => one === MINE || !hasMore(one));
  return [view.value, ...exact];
}

/** Whether a view holds more than this tab does. */
function hasMore(wanted: View): boolean {
  const { state, next } = pagings.value.get(viewKey(wanted)) ?? NEVER;
  return state !== 'loaded' || next !== null;
}

/** Whether a conversation that is not held could be one of a view: its state says so, and otherwise only what is not loaded can hold it. */
function mayConcern({ conversation_id: id, state, message }: InboxEvent): boolean {
  if (id === openId.value) return true;
  if (state) {
    elsewhere.delete(id);
    return concerned().some((wanted) => belongs(state, wanted, myId.value));
  }
  return message != null && !elsewhere.has(id) && [view.value, MINE].some(hasMore);
}

/** Everything is loaded again; what is held stays on the screen until it is replaced. Gives where the stream goes on without a gap. */
export async function reloadLists(): Promise<string | null> {
  const rest = [...new Map([...COUNTED, view.value].map((one) => [viewKey(one), one])).values()];
  let place: string | null = null;
  // The place of the first list is behind none of the others, whatever they take in meanwhile.
  for (let next = rest.shift(); next; next = place === null ? rest.shift() : undefined) place = await loadView(next);
  await Promise.all(rest.map(loadView));
  return place;
}

export function forgetLists(): void {
  held.value = new Map();
  pagings.value = new Map();
  elsewhere.clear();
}
