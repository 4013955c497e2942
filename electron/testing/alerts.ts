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
    // One statement: an engine that runs takes an event without an alert for another system's.
    `with event as (
       insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_algorithm, confidence_score,
         event_data, status)
       values ($1, $2, $3, $4, $5, 1, $6, $7) returning event_id, severity
     ), alert as (
       insert into console.alerts (event_id, incident_id, occurred_at)
       select event_id, coalesce($8, event_id), now() from event where not $9
     ), history as (
       insert into alert_history (monitoring_event_id, alert_level, alert_message)
       select event_id, console.alert_level(severity), 'test' from event where not $9
     )
     select event_id from event`,
    [
      event.eventType ?? 'transaction_failure',
      event.severity ?? 'CRITICAL',
      event.cardId ?? null,
      event.amount ?? null,
      event.algorithm ?? 'balance_deduction_on_failure',
      JSON.stringify(event.facts ?? {}),
      event.status ?? 'OPEN',
      event.incidentId ?? null,
      event.foreign ?? false,
    ],
  );
  return eventRow.parse(rows[0]).event_id;
};
