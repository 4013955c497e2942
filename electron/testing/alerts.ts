import { z } from 'zod';
import { idColumn } from '../postgres/rows.ts';
import type { TestDatabase } from './database.ts';

const eventRow = z.object({ event_id: idColumn });

/**
 * An event as the engine writes it, for tests of what operators do with it. `incidentId` links it to another one's
 * incident; `foreign` leaves out our own row, as for an event of an earlier monitoring system.
 */
export const insertEvent = async (
  database: TestDatabase,
  event: {
    algorithm?: string;
    eventType?: string;
    severity?: string;
    cardId?: string;
    amount?: string;
    facts?: Record<string, unknown>;
    incidentId?: number;
    foreign?: boolean;
  } = {},
): Promise<number> => {
  const { rows } = await database.admin.query(
    `insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_algorithm, confidence_score, event_data)
     values ($1, $2, $3, $4, $5, 1, $6) returning event_id`,
    [
      event.eventType ?? 'transaction_failure',
      event.severity ?? 'CRITICAL',
      event.cardId ?? null,
      event.amount ?? null,
      event.algorithm ?? 'balance_deduction_on_failure',
      JSON.stringify(event.facts ?? {}),
    ],
  );
  const { event_id: eventId } = eventRow.parse(rows[0]);
  if (event.foreign) return eventId;
  await database.admin.query('insert into console.alerts (event_id, incident_id, occurred_at) values ($1, $2, now())', [
    eventId,
    event.incidentId ?? eventId,
  ]);
  await database.admin.query(
    `insert into alert_history (monitoring_event_id, alert_level, alert_message) values ($1, 'CRITICAL', 'test')`,
    [eventId],
  );
  return eventId;
};
