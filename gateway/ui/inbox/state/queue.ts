// Small reads that fill in what lists leave out (names, last words), a few at a time and each once. Must not know what is read.

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
    this.#asked.add(id);
    this.#waiting.push(id);
    this.#go();
  }

  forget(): void {
    this.#asked.clear();
    this.#waiting = [];
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
