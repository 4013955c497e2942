/**
 * A queue of commands for each ordering key. Of all commands with a key in common only the first may be sent, so that an
 * event, a card or a runbook gets its commands in order while others are sent side by side. Kept in memory only.
 */
export type KeyQueues = {
  /** Commands are added in the order in which they were submitted, each with at least one key. */
  add(id: string, keys: readonly string[]): void;
  /** It is settled: those behind it may be sent. */
  remove(id: string): void;
  /** Up to `most` commands that are first in all their queues. None is checked out again before it is released. */
  checkOut(most: number, except: ReadonlySet<string>): string[];
  /** It may be checked out again. Nothing happens where it was removed meanwhile. */
  release(id: string): void;
  /** The commands with this key, in order. */
  onKey(key: string): readonly string[];
  size(): number;
};

export const createKeyQueues = (): KeyQueues => {
  const keysOf = new Map<string, readonly string[]>();
  const queues = new Map<string, string[]>();
  /** First in all their queues, and not checked out. In the order in which they became so. */
  const ready = new Set<string>();

  const isFirst = (id: string): boolean => keysOf.get(id)?.every((key) => queues.get(key)?.[0] === id) ?? false;

  return {
    add: (id, keys) => {
      keysOf.set(id, keys);
      for (const key of keys) {
        const queue = queues.get(key);
        if (queue === undefined) queues.set(key, [id]);
        else queue.push(id);
      }
      if (isFirst(id)) ready.add(id);
    },
    remove: (id) => {
      const keys = keysOf.get(id) ?? [];
      keysOf.delete(id);
      ready.delete(id);
      for (const key of keys) {
        const queue = queues.get(key) ?? [];
        queue.splice(queue.indexOf(id), 1);
        if (queue.length === 0) queues.delete(key);
      }
      for (const key of keys) {
        const next = queues.get(key)?.[0];
        if (next !== undefined && isFirst(next)) ready.add(next);
      }
    },
    checkOut: (most, except) => {
      const chosen: string[] = [];
      for (const id of ready) {
        if (chosen.length >= most) break;
        if (!except.has(id)) chosen.push(id);
      }
      for (const id of chosen) ready.delete(id);
      return chosen;
    },
    release: (id) => {
      if (isFirst(id)) ready.add(id);
    },
    onKey: (key) => queues.get(key) ?? [],
    size: () => keysOf.size,
  };
};
