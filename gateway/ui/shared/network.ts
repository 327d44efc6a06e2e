// Whether the browser believes in a network, as a thing that can be followed and replaced in tests.

export interface Network {
  online(): boolean;
  /** Calls back whenever it changes; gives the way to stop that. */
  follow(changed: (online: boolean) => void): () => void;
}

export const browserNetwork: Network = {
  online: () => navigator.onLine,
  follow(changed) {
    const up = (): void => changed(true);
    const down = (): void => changed(false);
    addEventListener('online', up);
    addEventListener('offline', down);
    return () => {
      removeEventListener('online', up);
      removeEventListener('offline', down);
    };
  },
};
