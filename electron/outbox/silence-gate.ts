import type { RegieEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { type Silence, silenceOf } from '../../shared/domain/silence.ts';
import type { Overlay } from './overlay.ts';

type Raised = Extract<RegieEvent, { event: 'raised' }>;

/** Alerts reach sound and notification through it: what a silence holds back alerts when that ends. */
export type SilenceGate = {
  /** An alert raises: it does now, or when the silence that holds it back ends. */
  raise(event: Raised): void;
  /** Looks at these incidents, or at all, again: which are held back, and which are so no longer. */
  check(incidentIds?: readonly RowId[]): void;
};

/** One alert, by whichever way it was noticed. */
const SAME_ALERT_MS = 5_000;

export const createSilenceGate = (options: {
  alerts: Pick<Overlay['view'], 'board' | 'incident'>;
  /** Those that have not ended. */
  silences: () => readonly Silence[];
  clock: Clock;
  /** By the festival's clock, milliseconds. */
  now: () => number;
  /** Where what is not held back goes. */
  raise: (event: Raised) => void;
}): SilenceGate => {
  const { alerts, silences, clock, now } = options;
  const heldBack = new Set<RowId>();
  const raisedAt = new Map<RowId, number>();

  const raiseNow = (event: Raised): void => {
    const last = raisedAt.get(event.incidentId);
    if (last !== undefined && clock.monotonic() - last < SAME_ALERT_MS) return;
    raisedAt.set(event.incidentId, clock.monotonic());
    options.raise(event);
  };

  return {
    raise: (event) => {
      const alert = alerts.incident(event.incidentId)?.alert;
      if (alert !== undefined && silenceOf(alert, silences(), now()) !== null) heldBack.add(event.incidentId);
      else raiseNow(event);
    },
    check: (incidentIds) => {
      if (heldBack.size === 0 && silences().length === 0) return;
      const some = incidentIds?.flatMap((id) => alerts.incident(id)?.alert ?? []);
      for (const alert of some ?? alerts.board({ closed: false, sinceMs: 0 })) {
        const { incidentId, lead } = alert;
        const alerting = alert.open && lead.acknowledgedAt === null;
        if (alerting && silenceOf(alert, silences(), now()) !== null) heldBack.add(incidentId);
        else if (heldBack.delete(incidentId) && alerting)
          raiseNow({ event: 'raised', incidentId, severity: lead.severity });
      }
    },
  };
};
