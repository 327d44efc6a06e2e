// The visitor's session: opened, renewed before it ends, and shared between tabs by its renewal secret. Must not know what it is used for.

import { Problem, isPassing } from '../../shared/problem';
import type { Session } from '../model/types';
import type { Store } from './storage';

/** Exactly one is sent. */
export type Proof = { widget_key: string } | { renewal_secret: string } | { resume_link: string };

export interface SessionOptions {
  open: (proof: Proof) => Promise<Session>;
  /** Where the renewal secret lives. */
  secrets: Store;
  /** How a new session begins if there is no secret, or none that is good. Null: not at all. */
  beginning: Proof | null;
  /** Runs one at a time over all tabs, as far as the browser can do that. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  onSession?: (session: Session) => void;
  now?: () => number;
}

/** There is no way into a session any more: the widget key is unknown, or the link is over. */
export class NoSession extends Error {
  constructor(cause?: unknown) {
    super('no session can be opened', { cause });
    this.name = 'NoSession';
  }
}

const SECRET = 'secret';
/** With these the service itself says that a secret is none, or none any more. What a proxy says forgets nobody. */
const NO_GOOD = new Set(['UNAUTHENTICATED', 'INVALID_FIELDS']);
const BEFORE_END_MS = 60_000;
/** For clocks that are wrong, and for tokens without an end. */
const SHORTEST_MS = 30_000;
const UNKNOWN_MS = 10 * 60_000;

export class SessionKeeper {
  readonly #options: SessionOptions;
  readonly #now: () => number;
  #token: string | null = null;
  #renewAt = 0;
  #opening: Promise<string> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** A token that is good for a while. */
  async token(): Promise<string> {
    if (this.#token !== null && this.#now() < this.#renewAt) return this.#token;
    return this.#open();
  }

  /** A token other than this one, which was refused. */
  async instead(refused: string): Promise<string> {
    if (this.#token === refused) this.#token = null;
    return this.token();
  }

  #open(): Promise<string> {
    this.#opening ??= this.#options.exclusively(() => this.#openOnce()).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #openOnce(): Promise<string> {
    const session = await this.#begin();
    // After a link there is none: the link itself opens the next one.
    if (session.renewal_secret) this.#options.secrets.set(SECRET, session.renewal_secret);
    const end = session.expires_at ? Date.parse(session.expires_at) : NaN;
    const life = Number.isNaN(end) ? UNKNOWN_MS : Math.max(SHORTEST_MS, end - this.#now() - BEFORE_END_MS);
    this.#token = session.token;
    this.#renewAt = this.#now() + life;
    this.#options.onSession?.(session);
    return session.token;
  }

  async #begin(): Promise<Session> {
    const { beginning } = this.#options;
    if (beginning !== null && 'resume_link' in beginning) return this.#prove(beginning);
    const renewed = await this.#renew();
    if (renewed !== null) return renewed;
    if (beginning === null) throw new NoSession();
    return this.#prove(beginning);
  }

  /** Null if there is no good secret. A failure to ask leaves it: a visitor is not forgotten because the network was away. */
  async #renew(): Promise<Session | null> {
    const { open, secrets } = this.#options;
    for (let secret = secrets.get(SECRET); secret !== null; ) {
      try {
        return await open({ renewal_secret: secret });
      } catch (error) {
        if (isPassing(error) || !(error instanceof Problem) || !NO_GOOD.has(error.reason)) throw error;
      }
      // Another tab may have changed it while we asked.
      const newer = secrets.get(SECRET);
      if (newer === secret) secrets.remove(SECRET);
      secret = newer === secret ? null : newer;
    }
    return null;
  }

  async #prove(proof: Proof): Promise<Session> {
    try {
      return await this.#options.open(proof);
    } catch (error) {
      if (isPassing(error) || !(error instanceof Problem)) throw error;
      throw new NoSession(error);
    }
  }
}

/**
 * Web Locks where the browser lets us have them. Pages of plain http, and frames in sites whose storage is denied, do without, and live by
 * the former secret's being good until the next one was used.
 */
export function tabLock(name: string): SessionOptions['exclusively'] {
  return async (work) => {
    if (typeof navigator === 'undefined' || !('locks' in navigator)) return work();
    let begun = false;
    try {
      return await navigator.locks.request(name, () => {
        begun = true;
        return work();
      });
    } catch (error) {
      if (begun) throw error;
      return work();
    }
  };
}
