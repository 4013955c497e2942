/**
 * Who may be sent now: of all commands with a key in common only the first, so that an event, a card or a runbook gets
 * its commands in order while others go on side by side (offline.md, "Replaying"). Pure bookkeeping in memory.
 */
export type Lanes = {
  /** A command in the order of its giving, with at least one key. */
  add(id: string, keys: readonly string[]): void;
  /** It is settled: who stood behind it may go. */
  remove(id: string): void;
  /** Up to `most` commands that stand first in all their lanes; they are not handed out again until given back. */
  takeReady(most: number, except: ReadonlySet<string>): string[];
  /** It was not settled and may be handed out again. Nothing happens where it is gone. */
  giveBack(id: string): void;
  /** The commands with this key, in order. */
  onKey(key: string): readonly string[];
  size(): number;
};

export const createLanes = (): Lanes => {
  const keysOf = new Map<string, readonly string[]>();
  const queues = new Map<string, string[]>();
  /** First in all their lanes, and not handed out. In the order in which they got there. */
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
    takeReady: (most, except) => {
      const taken: string[] = [];
      for (const id of ready) {
        if (taken.length >= most) break;
        if (!except.has(id)) taken.push(id);
      }
      for (const id of taken) ready.delete(id);
      return taken;
    },
    giveBack: (id) => {
      if (isFirst(id)) ready.add(id);
    },
    onKey: (key) => queues.get(key) ?? [],
    size: () => keysOf.size,
  };
};
