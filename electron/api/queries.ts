import { type CallsOf, calls } from '../../shared/contract/calls.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import { escalationViewSchema } from '../../shared/contract/escalation.ts';
import { handoverViewSchema } from '../../shared/contract/handover.ts';
import { proposalsViewSchema } from '../../shared/contract/proposals.ts';
import { CLOSED_KEPT_HOURS } from '../buffer/mirror.ts';
import { outboxView } from '../outbox/outbox-view.ts';
import type { Handlers } from './index.ts';
import type { Parts } from './parts.ts';

/** Answered from this laptop alone, whatever the network does. */
export const queryHandlers = (parts: Parts): Pick<Handlers, CallsOf<'query'>> => ({
  'session.get': () => answered(parts.session.get()),
  'operators.get': () => {
    const operators = parts.people.operators();
    return answered(operators === undefined ? null : { operators });
  },
  'status.get': () => answered(parts.festival().status()),
  'board.get': ({ closed }) =>
    answered({
      alerts: parts.festival().alerts.board({ closed, sinceMs: parts.clock.now() - CLOSED_KEPT_HOURS * 3_600_000 }),
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
  'connection.get': () => {
    const settings = parts.connection.get();
    if (settings === null) return answered({ training: true, settings: null });
    const { password: _, ...shown } = settings;
    return answered({ training: false, settings: shown });
  },
  'outbox.get': () => answered(outboxView(parts.festival().outbox)),
  'card.get': ({ cardId }) => answered(parts.festival().cards.copy(cardId)),
  'detectors.get': () => answered(parts.festival().kept.answer('detectors', calls['detectors.look'].output) ?? null),
  'team.get': () => answered(parts.festival().team.view()),
  'handover.get': () => answered(parts.festival().kept.answer('handover', handoverViewSchema) ?? null),
  'escalation.get': () => answered(parts.festival().kept.answer('escalation', escalationViewSchema) ?? null),
  'proposals.get': () => answered(parts.festival().kept.answer('proposals', proposalsViewSchema) ?? null),
  'health.get': () => answered(parts.festival().kept.answer('health', calls['health.look'].output) ?? null),
  'drills.get': () => answered(parts.drills.view()),
  'training.get': () => answered(parts.training()?.status() ?? null),
});
