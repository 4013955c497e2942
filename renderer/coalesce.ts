const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Does the work of a key once at a time. Asked for again meanwhile, it does it once more afterwards, however often it was
 * asked: the last request is always followed by a run that started after it, and a flood of requests starves none.
 * @param restMs how long a key rests between two runs
 */
export const createCoalescer = <Key>(
  work: (key: Key) => Promise<void>,
  restMs: (key: Key) => number = () => 0,
): ((key: Key) => void) => {
  const wished = new Map<string, boolean>();
  const run = async (id: string, key: Key): Promise<void> => {
    while (wished.get(id)) {
      wished.set(id, false);
      await work(key);
      await wait(restMs(key));
    }
    wished.delete(id);
  };
  return (key) => {
    const id = JSON.stringify(key);
    const running = wished.has(id);
    wished.set(id, true);
    if (!running) void run(id, key);
  };
};
