import { answered, failed } from '../../shared/contract/errors.ts';
import type { historyCalls } from '../../shared/contract/history.ts';
import { CLOSED_RETENTION_HOURS } from '../buffer/mirror.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import { copiedHistory } from '../operations/history/copied-history.ts';
import { catchUpHistory, countHistory, findHistory } from '../operations/history/find-history.ts';
import { openHistory } from '../operations/history/open-history.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const historyHandlers = (parts: Parts): HandlersOf<typeof historyCalls> => ({
  'history.find': ({ filter, after }) =>
    whenReachable(parts, async () => {
      const { database } = parts.festival();
      // What was done a moment ago is found. A database that takes no writes is searched as far as it was read.
      await catchUpHistory(database).catch((error: unknown) => {
        if (isConnectionError(error)) throw error;
      });
      return answered(await findHistory(database, filter, after));
    }),
  'history.count': ({ filter }) =>
    whenReachable(parts, async () => answered({ count: await countHistory(parts.festival().database, filter) })),
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
