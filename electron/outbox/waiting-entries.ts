import { rulesOf } from '../../shared/contract/calls.ts';
import type { LogLine, ShownEntry } from '../../shared/domain/log.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { type Command, parseStored } from '../operations/registry.ts';

/** Entries of the incident log that wait in the outbox: there may be thousands of them. */
export type WaitingEntries = ReturnType<typeof createWaitingEntries>;

export const createWaitingEntries = (unsettled: readonly StoredCommand[]) => {
  const waiting = new Map<string, ShownEntry>();
  /** Of those, what begins a line: the same object for as long as it waits. */
  const lines = new Map<string, LogLine>();
  /** Of those, what is said of an entry later, by that entry. */
  const laters = new Map<string, Map<string, ShownEntry>>();

  /** @returns the entry of the log that it is; undefined where it is none. */
  const add = (stored: StoredCommand): ShownEntry | undefined => {
    const entry = entryOf(parseStored(stored));
    if (entry === undefined) return undefined;
    waiting.set(entry.entryId, entry);
    if (entry.act === 'written') lines.set(entry.entryId, { ...entry, later: [] });
    if (entry.refersTo !== null) {
      const others = laters.get(entry.refersTo) ?? new Map<string, ShownEntry>();
      laters.set(entry.refersTo, others.set(entry.entryId, entry));
    }
    return entry;
  };
  for (const stored of unsettled) add(stored);

  return {
    add,
    has: (operationId: string): boolean => waiting.has(operationId),
    remove: (operationId: string): void => {
      const refersTo = waiting.get(operationId)?.refersTo ?? null;
      const others = refersTo === null ? undefined : laters.get(refersTo);
      others?.delete(operationId);
      if (refersTo !== null && others?.size === 0) laters.delete(refersTo);
      waiting.delete(operationId);
      lines.delete(operationId);
    },
    lines: (): readonly LogLine[] => [...lines.values()],
    all: (): readonly ShownEntry[] => [...waiting.values()],
    /** Entries of which something is said here. */
    touched: (): readonly string[] => [...laters.keys()],
    /** A line with what waits: for a moment the copy has an entry already, which is shown once. */
    on: (line: LogLine): LogLine => {
      const said = laters.get(line.entryId);
      if (said === undefined) return line;
      const there = new Set(line.later.map(({ entryId }) => entryId));
      const more = [...said.values()].filter(({ entryId }) => !there.has(entryId));
      return more.length === 0 ? line : { ...line, later: [...line.later, ...more] };
    },
  };
};

const entryOf = (command: Command | undefined): ShownEntry | undefined =>
  command && rulesOf(command.name).optimistic?.logEntry?.(command);
