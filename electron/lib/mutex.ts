/** Runs work one after the other, in the order in which it was asked for; a failure does not stop what comes after. */
export type Mutex = {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for everything that was asked for until now. Never rejects. */
  settled(): Promise<void>;
};

export const createMutex = (): Mutex => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (work) => {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
    settled: async () => {
      await last;
    },
  };
};
