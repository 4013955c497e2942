import type { StoredCommand } from '../buffer/outbox.ts';
import { parseStored } from '../operations/registry.ts';
import type { WaitingCommand } from './optimistic.ts';

type IndexedCommand = WaitingCommand & { readonly seq: number; readonly keys: readonly string[] };

/** The commands that the festival's database has not confirmed yet, found by their ordering keys. In memory. */
export type WaitingCommands = {
  /** Adds a command, or takes note of its new state. What this version does not know is left out. */
  add(stored: StoredCommand): void;
  remove(operationId: string): void;
  /** Those with one of these keys, in the order of their submission. */
  onKeys(keys: readonly string[]): readonly WaitingCommand[];
  all(): readonly WaitingCommand[];
};

export const createWaitingCommands = (unsettled: readonly StoredCommand[]): WaitingCommands => {
  const commands = new Map<string, IndexedCommand>();
  const byKey = new Map<string, Set<string>>();

  const add = (stored: StoredCommand): void => {
    const command = parseStored(stored);
    if (command === undefined) return;
    const { operationId, seq, keys } = stored;
    commands.set(operationId, { command, unknown: stored.state === 'sent', seq, keys });
    for (const key of keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(operationId));
  };
  for (const stored of unsettled) add(stored);

  return {
    add,
    remove: (operationId) => {
      for (const key of commands.get(operationId)?.keys ?? []) {
        byKey.get(key)?.delete(operationId);
        if (byKey.get(key)?.size === 0) byKey.delete(key);
      }
      commands.delete(operationId);
    },
    onKeys: (keys) => {
      if (commands.size === 0) return [];
      const ids = new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])]));
      return [...ids].flatMap((id) => commands.get(id) ?? []).sort((a, b) => a.seq - b.seq);
    },
    all: () => [...commands.values()],
  };
};
