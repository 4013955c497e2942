import { answered, failed } from '../../shared/contract/errors.ts';
import type { historyCalls } from '../../shared/contract/history.ts';
import { CLOSED_RETENTION_HOURS } from '../buffer/mirror.ts';
import { isConnectionError, isLockedOut } from '../lib/postgres-errors.ts';
import { copiedHistory } from '../operations/history/copied-history.ts';
import { catchUpHistory, countHistory, findHistory } from '../operations/history/find-history.ts';
import { openHistory } from '../operations/history/open-history.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

/** Others may be reading old alerts into the history, a piece at a time. */
const ATTEMPTS = 3;

/**
 * Takes in what was done a moment ago, for whoever searches or counts. A database that takes no writes is searched as far as it
 * was read.
 * @returns whether nobody kept it from that
 */
const catchUp = async (database: FestivalDatabase): Promise<boolean> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await catchUpHistory(database);
      return true;
    } catch (error) {
      if (isConnectionError(error)) throw error;
      if (!isLockedOut(error)) return true;
    }
  }
  return false;
};

export const historyHandlers = (parts: Parts): HandlersOf<typeof historyCalls> => ({
  'history.find': ({ filter, after }) =>
    whenReachable(parts, async () => {
      const { database } = parts.festival();
      const caughtUp = await catchUp(database);
      const page = await findHistory(database, filter, after);
      return answered({ ...page, whole: page.whole && caughtUp });
    }),
  'history.count': ({ filter }) =>
    whenReachable(parts, async () => {
      const { database } = parts.festival();
      // Asked for beside the rows: they count the same.
      await catchUp(database);
      return answered({ count: await countHistory(database, filter) });
    }),
  'history.copy': ({ filter }) => {
    const { alerts } = parts.festival();
    return answered({
      rows: copiedHistory(
        alerts.board({ closed: true, sinceMs: 0 }),
        ({ incidentId }) => alerts.incident(incidentId)?.timeline ?? [],
        filter,
      ),
      since: new Date(parts.clock.now() - CLOSED_RETENTION_HOURS * 3_600_000).toISOString(),
    });
  },
  'history.open': ({ incidentId }) =>
    whenReachable(parts, async () => {
      const found = await openHistory(parts.festival().database, incidentId);
      if (found === undefined) return failed('not_found');
      const { alert, timeline, run } = found.incident;
      return answered({ detail: { alert, timeline: [...timeline], run }, kept: found.kept });
    }),
});
