import { setTimeout as sleep } from 'node:timers/promises';
import { answered, failed } from '../../shared/contract/errors.ts';
import type { runbookCalls } from '../../shared/contract/runbooks.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import { runRunbookQuery } from '../operations/runbooks/runbook-query.ts';
import type { Handlers, HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';
import type { Preparations } from './submit.ts';

/** So long a runbook waits for today's result where it has an older one. */
const OLDER_RESULT_AFTER_MS = 1_000;

export const runbookHandlers = (parts: Parts): HandlersOf<typeof runbookCalls> => ({
  'runbooks.get': () =>
    answered({
      runbooks: parts.runbooks.list(),
      problems: [...parts.runbooks.problems()],
      folder: parts.runbooks.folder,
      runs: parts.festival().runs.list(),
    }),
  'runbooks.run': ({ runId }) => {
    const run = parts.festival().runs.find(runId);
    if (run === undefined) return failed('not_found');
    return answered({ run, runbook: run.runbook ?? parts.runbooks.find(run.runbookId) ?? null });
  },
  'runbooks.reload': async () => {
    await parts.runbooks.reload();
    return answered({});
  },
  'runbook.runQuery': runQuery(parts),
});

const runQuery =
  (parts: Parts): Handlers['runbook.runQuery'] =>
  async ({ runId, stepId }) => {
    const { database, alerts, runs, cache, festivalEvidence } = parts.festival();
    const incident = alerts.byRun(runId) ?? null;
    const run = incident?.run ?? runs.find(runId);
    const runbook = run && (run.runbook ?? parts.runbooks.find(run.runbookId));
    const step = runbook?.steps.find(({ id }) => id === stepId);
    if (runbook === undefined || step?.kind !== 'query') return failed('not_found');
    const evidence =
      incident === null ? festivalEvidence.find(runbook, stepId) : cache.evidence(incident.alert.incidentId, stepId);
    // A screen where nobody is signed in shows what is there; it has nothing executed.
    const saved = evidence && answered({ ...evidence, saved: true });
    if (parts.session.signedIn() === null) return saved ?? failed('not_signed_in');
    const today = whenReachable(parts, async () => {
      try {
        const result = await runRunbookQuery(database, { incident, step, clock: parts.clock });
        if (incident === null) festivalEvidence.set(runbook, stepId, result);
        else cache.setEvidence([{ incidentId: incident.alert.incidentId, stepId, result }]);
        return answered({ ...result, saved: false });
      } catch (error) {
        if (isConnectionError(error) || !(error instanceof Error)) throw error;
        // The server's own words: a festival's own query may be wrong, or want to write.
        return failed('query_refused', { why: error.message });
      }
    });
    if (saved === undefined) return today;
    const first = await Promise.race([today, sleep(OLDER_RESULT_AFTER_MS, undefined)]);
    return first === undefined || (!first.ok && first.error.code === 'offline') ? saved : first;
  };

export const prepareRunbooks = (parts: Parts): Preparations => ({
  // The run carries what it was started with, so that every laptop shows and judges it.
  'runbook.start': (input) => {
    const runbook = parts.runbooks.find(input.runbookId);
    return runbook === undefined
      ? failed('runbook_unknown', { runbook: input.runbookId })
      : answered({ ...input, runbook });
  },
});
