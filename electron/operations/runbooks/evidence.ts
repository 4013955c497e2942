import type { Clock } from '../../../shared/domain/clock.ts';
import type { Incident } from '../../../shared/domain/incident.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Cache, KeptEvidence } from '../../buffer/cache.ts';
import type { Mirror } from '../../buffer/mirror.ts';
import type { Log } from '../../lib/log.ts';
import { isConnectionError } from '../../lib/postgres-errors.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { RunbookLibrary } from './runbook-library.ts';
import { queriesOfLibrary, runRunbookQuery } from './runbook-query.ts';

/**
 * Fetches what the runbooks of open alerts will ask for, so that they work with the network down
 * (docs/alerts.md, "Runbooks").
 */
export type EvidenceKeeper = {
  /** Fetches for a few incidents that are new or changed, most urgent first. @returns whether more are left. */
  copyNext(): Promise<boolean>;
};

/** Incidents of one look: two short queries each. */
const AT_ONCE = 3;
/** Of a storm of alerts the most urgent ones. */
const KEPT_FOR = 200;

export const createEvidenceKeeper = (options: {
  database: FestivalDatabase;
  mirror: Mirror;
  cache: Cache;
  runbooks: Pick<RunbookLibrary, 'find' | 'forAlgorithm' | 'list'>;
  clock: Clock;
  log: Pick<Log, 'warn'>;
}): EvidenceKeeper => {
  const { database, mirror, cache, runbooks, clock } = options;
  const fetched = new Map<RowId, number>();

  const queriesOf = ({ alert, run }: Incident) => {
    const runbook =
      run === null ? runbooks.forAlgorithm(alert.lead.algorithm) : (run.runbook ?? runbooks.find(run.runbookId));
    const known = queriesOfLibrary(runbooks);
    // What another laptop has put into a run is executed where somebody asks for it, and nowhere by itself.
    return runbook?.steps.filter((step) => step.kind === 'query').filter(({ sql }) => known.has(sql)) ?? [];
  };

  return {
    copyNext: async () => {
      // Every second, and while there is more every few milliseconds: the board itself is not read for it.
      const open = mirror.mostUrgent(KEPT_FOR);
      const due = open.filter(({ incidentId, version }) => fetched.get(incidentId) !== version);
      const results: KeptEvidence[] = [];
      for (const { incidentId } of due.slice(0, AT_ONCE)) {
        const incident = mirror.incident(incidentId);
        if (incident === undefined) continue;
        for (const step of queriesOf(incident)) {
          try {
            const result = await runRunbookQuery(database, { incident, step, clock });
            results.push({ incidentId, stepId: step.id, result });
          } catch (error) {
            // A query of the festival's own may be wrong: the others are fetched all the same.
            if (isConnectionError(error)) throw error;
            options.log.warn('a query of a runbook failed', { step: step.id, error });
          }
        }
      }
      if (results.length > 0) cache.setEvidence(results);
      for (const { incidentId, version } of due.slice(0, AT_ONCE)) fetched.set(incidentId, version);
      if (due.length > AT_ONCE) return true;
      const present = new Set(open.map(({ incidentId }) => incidentId));
      for (const id of fetched.keys()) if (!present.has(id)) fetched.delete(id);
      return false;
    },
  };
};
