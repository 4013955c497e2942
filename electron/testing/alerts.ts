import type pg from 'pg';
import { z } from 'zod';
import type { RowId } from '../../shared/domain/row-id.ts';
import { idColumn } from '../postgres/rows.ts';

const eventRow = z.object({ event_id: idColumn });

/**
 * An alert as the engine writes it, for tests of what operators do with it. `incidentId` links it to another one's
 * incident; `foreign` leaves out our own row, as for an event of an earlier monitoring system.
 */
export const insertEvent = async (
  { admin }: { readonly admin: pg.ClientBase },
  event: {
    algorithm?: string;
    eventType?: string;
    severity?: string;
    status?: string;
    cardId?: string | null;
    amount?: string;
    facts?: Record<string, unknown>;
    incidentId?: RowId;
    foreign?: boolean;
  } = {},
): Promise<RowId> => {
  const { rows } = await admin.query(
    `insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_algorithm, confidence_score, event_data, status)
     values ($1, $2, $3, $4, $5, 1, $6, $7) returning event_id`,
    [
      event.eventType ?? 'transaction_failure',
      event.severity ?? 'CRITICAL',
      event.cardId ?? null,
      event.amount ?? null,
      event.algorithm ?? 'balance_deduction_on_failure',
      JSON.stringify(event.facts ?? {}),
      event.status ?? 'OPEN',
    ],
  );
  const { event_id: eventId } = eventRow.parse(rows[0]);
  if (event.foreign) return eventId;
  await admin.query('insert into console.alerts (event_id, incident_id, occurred_at) values ($1, $2, now())', [
    eventId,
    event.incidentId ?? eventId,
  ]);
  await admin.query(
    `insert into alert_history (monitoring_event_id, alert_level, alert_message) values ($1, console.alert_level($2), 'test')`,
    [eventId, event.severity ?? 'CRITICAL'],
  );
  return eventId;
};
