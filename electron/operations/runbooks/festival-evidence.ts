import { z } from 'zod';
import type { Clock } from '../../../shared/domain/clock.ts';
import { type QueryResult, queryResultSchema } from '../../../shared/domain/run.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import type { Cache } from '../../buffer/cache.ts';
import type { RunCopy } from '../../buffer/run-copy.ts';
import type { Log } from '../../lib/log.ts';
import { isConnectionError } from '../../lib/postgres-errors.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { RunbookLibrary } from './runbook-library.ts';
import { queriesOfLibrary, runRunbookQuery } from './runbook-query.ts';

/** Answers to the queries of the runbooks without an alert, so that these work with the network down as well. */
export type FestivalEvidence = {
  /** Asks the queries of one runbook that is due. @returns whether more are. */
  copyNext(): Promise<boolean>;
  find(runbook: Runbook, stepId: string): QueryResult | undefined;
  set(runbook: Runbook, stepId: string, result: QueryResult): void;
};

/** Their figures are about hours and days. */
const AGAIN_MS = 10 * 60_000;

const keptSchema = z.object({ sql: z.string(), result: queryResultSchema });
const queryOf = (runbook: Runbook, stepId: string) => {
  const step = runbook.steps.find(({ id }) => id === stepId);
  return step?.kind === 'query' ? step : undefined;
};
const keyOf = (runbook: Runbook, stepId: string): string => `evidence:${runbook.id}:${stepId}`;

export const createFestivalEvidence = (options: {
  database: FestivalDatabase;
  cache: Cache;
  runs: Pick<RunCopy, 'list'>;
  runbooks: Pick<RunbookLibrary, 'list'>;
  clock: Clock;
  log: Pick<Log, 'warn'>;
}): FestivalEvidence => {
  const { database, cache, clock, log } = options;
  const askedAt = new Map<string, number>();

  const set: FestivalEvidence['set'] = (runbook, stepId, result) => {
    const query = queryOf(runbook, stepId);
    if (query !== undefined) cache.set(keyOf(runbook, stepId), { sql: query.sql, result });
  };

  return {
    copyNext: async () => {
      // What goes on first, as it was begun.
      const going = options.runs.list().flatMap((run) => (run.finishedAt === null && run.runbook ? [run.runbook] : []));
      const general = options.runbooks
        .list()
        .flatMap(({ runbook }) => (runbook.algorithms.length === 0 ? [runbook] : []));
      const due = [...going, ...general].filter(
        ({ id, version }) => clock.monotonic() - (askedAt.get(`${id} ${version}`) ?? -AGAIN_MS) >= AGAIN_MS,
      );
      const [runbook] = due;
      if (runbook === undefined) return false;
      askedAt.set(`${runbook.id} ${runbook.version}`, clock.monotonic());
      const known = queriesOfLibrary(options.runbooks);
      for (const step of runbook.steps) {
        // What another laptop has put into a run is executed where somebody asks for it, and nowhere by itself.
        if (step.kind !== 'query' || !known.has(step.sql)) continue;
        try {
          set(runbook, step.id, await runRunbookQuery(database, { incident: null, step, clock }));
        } catch (error) {
          if (isConnectionError(error)) throw error;
          log.warn('a query of a runbook failed', { runbook: runbook.id, step: step.id, error });
        }
      }
      return due.length > 1;
    },
    find: (runbook, stepId) => {
      const query = queryOf(runbook, stepId);
      const known = cache.get(keyOf(runbook, stepId), keptSchema);
      // Another query of the same name has another answer.
      return known !== undefined && known.sql === query?.sql ? known.result : undefined;
    },
    set,
  };
};
