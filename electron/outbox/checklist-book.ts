import { z } from 'zod';
import { rulesOf } from '../../shared/contract/calls.ts';
import { checklistTimesViewSchema } from '../../shared/contract/checklists.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import {
  type ChecklistEntry,
  type ChecklistRun,
  checklistRunSchema,
  messageTestSchema,
  runKey,
  sensedSchema,
} from '../../shared/domain/checklist-run.ts';
import { INITIAL_TIMES } from '../../shared/domain/checklist-window.ts';
import { instantSchema } from '../../shared/domain/primitives.ts';
import type { Cache } from '../buffer/cache.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { coalesced } from '../lib/single-flight.ts';
import type { FestivalChecklists } from '../operations/checklists/checklist-follower.ts';
import { parseStored } from '../operations/registry.ts';
import { whenCopied } from './when-copied.ts';

/** The checklists as this laptop shows them: what the festival last said, with what waits here on top. */
export type ChecklistBook = {
  view(): Omit<FestivalChecklists, 'at'> & { readonly at: string | null };
  /** Asks the festival. */
  refresh(): Promise<void>;
  outboxChanged(command: StoredCommand, change: 'added' | 'sent' | 'settled'): void;
};

const KEPT = 'checklists';
/** Where nothing but its time changes, the copy is as old as that at most. */
const WRITTEN_MS = 60_000;
const keptSchema = z.object({
  runs: z.array(checklistRunSchema),
  values: z.array(sensedSchema),
  tests: z.array(messageTestSchema).default([]),
  times: checklistTimesViewSchema,
  at: instantSchema,
});

type Waiting = { readonly run?: ChecklistRun | undefined; readonly entry?: ChecklistEntry | undefined };

export const createChecklistBook = (options: {
  read: () => Promise<FestivalChecklists>;
  cache: Pick<Cache, 'get' | 'set'>;
  unsettled: readonly StoredCommand[];
  publish: (event: RegieEvent) => void;
}): ChecklistBook => {
  const { read, cache, publish } = options;
  let known: FestivalChecklists | undefined = cache.get(KEPT, keptSchema);
  let writtenAt = 0;
  const waiting = new Map<string, Waiting>();

  /** @returns whether it is one of a checklist. */
  const add = (stored: StoredCommand): boolean => {
    const command = parseStored(stored);
    const rules = command && rulesOf(command.name).optimistic;
    const run = command && rules?.startedChecklist?.(command);
    const entry = command && rules?.checklistEntry?.(command);
    if (run === undefined && entry === undefined) return false;
    waiting.set(stored.operationId, { run, entry });
    return true;
  };
  for (const stored of options.unsettled) add(stored);

  const refreshOnce = async (): Promise<void> => {
    const before = known;
    known = await read();
    const same = shownOf(before) === shownOf(known);
    // Each time that something is written, the disk is waited for.
    if (!same || Date.parse(known.at) - writtenAt > WRITTEN_MS) {
      cache.set(KEPT, known);
      writtenAt = Date.parse(known.at);
    }
    if (!same) publish({ event: 'checklists' });
  };
  // One after the other: an older answer never takes the place of a newer one.
  const refresh = coalesced(refreshOnce);

  return {
    view: () => ({
      runs: withWaiting(known?.runs ?? [], [...waiting.values()]),
      values: known?.values ?? [],
      tests: known?.tests ?? [],
      times: known?.times ?? { version: 0, ...INITIAL_TIMES },
      at: known?.at ?? null,
    }),
    refresh,
    outboxChanged: (stored, change) => {
      if (change !== 'settled') {
        if (add(stored)) publish({ event: 'checklists' });
        return;
      }
      if (!stored.command.startsWith('checklist.')) return;
      whenCopied(stored, refresh, () => {
        waiting.delete(stored.operationId);
        publish({ event: 'checklists' });
      });
    },
  };
};

/** Runs with what waits; for a moment the copy has an entry already, which is shown once. */
const withWaiting = (runs: readonly ChecklistRun[], waiting: readonly Waiting[]): ChecklistRun[] => {
  const byKey = new Map(runs.map((run) => [runKey(run), run]));
  const started = waiting.flatMap(({ run }) => (run === undefined || byKey.has(runKey(run)) ? [] : [run]));
  const all = new Map([...started, ...runs].map((run) => [runKey(run), run]));
  for (const { entry } of waiting) {
    const run = entry && all.get(runKey(entry));
    if (entry === undefined || run === undefined) continue;
    if (run.entries.some(({ entryId }) => entryId === entry.entryId)) continue;
    all.set(runKey(run), { ...run, entries: [...run.entries, entry] });
  }
  return [...all.values()];
};

/** What is told from what was there before: not the times at which it was measured. */
const shownOf = (known: FestivalChecklists | undefined): string =>
  JSON.stringify(
    known && [known.runs, known.times, known.tests, known.values.map(({ sense, value }) => [sense, value])],
  );
