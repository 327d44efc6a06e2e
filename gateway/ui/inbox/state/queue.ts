// Small reads that fill in what lists leave out (names, last words), a few at a time and each once. Must not know what is read.

import { remember } from '../core/bounded';

/** What was asked for so long ago may be asked for again. */
const MOST = 2_000;

export class LazyReads {
  readonly #read: (id: string) => Promise<void>;
  readonly #most: number;
  readonly #asked = new Set<string>();
  #waiting: string[] = [];
  #running = 0;

  constructor(read: (id: string) => Promise<void>, most: number) {
    this.#read = read;
    this.#most = most;
  }

  /** Reads it if nobody has asked for it yet. */
  want(id: string): void {
    if (this.#asked.has(id)) return;
    remember(this.#asked, id, MOST);
    this.#waiting.push(id);
    this.#go();
  }

  /** Reads it anew. While it waits for its turn once is enough; while it is being read, what is read may be older than the wish. */
  again(id: string): void {
    if (this.#waiting.includes(id)) return;
    this.#waiting.push(id);
    this.#go();
  }

  #go(): void {
    while (this.#running < this.#most) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      this.#running += 1;
      // What cannot be read is left out: it is an addition, and is asked for again with the next list.
      void this.#read(id)
        .catch(() => this.#asked.delete(id))
        .finally(() => {
          this.#running -= 1;
          this.#go();
        });
    }
  }
}
