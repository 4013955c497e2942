import type { alertCalls } from '../../shared/contract/alerts.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import { CLOSED_RETENTION_HOURS } from '../buffer/mirror.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const alertHandlers = (parts: Parts): HandlersOf<typeof alertCalls> => ({
  'board.get': ({ closed, part }) =>
    answered({
      alerts: parts
        .festival()
        .alerts.board({ closed, sinceMs: parts.clock.now() - CLOSED_RETENTION_HOURS * 3_600_000, part }),
    }),
  'alert.get': ({ incidentId }) => {
    const { alerts } = parts.festival();
    // A number that became part of another incident leads there.
    const incident = alerts.incident(incidentId) ?? alerts.byEvent(incidentId);
    if (incident === undefined) return failed('not_found');
    const { alert, timeline, run } = incident;
    return answered({
      alert,
      timeline: [...timeline],
      run,
      runbook:
        (run === null
          ? parts.runbooks.forAlgorithm(alert.lead.algorithm)
          : (run.runbook ?? parts.runbooks.find(run.runbookId))) ?? null,
    });
  },
  'alerts.displayed': async ({ eventIds }) => {
    await parts.festival().displayed(eventIds);
    return answered({});
  },
});
