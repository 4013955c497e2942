import { z } from 'zod';
import type { Delivery } from '../../../shared/contract/escalation.ts';
import { channelSchema } from '../../../shared/domain/escalation.ts';
import { type MessageReason, messageReasonSchema } from '../../../shared/domain/message-reason.ts';
import { severitySchema } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';
import { type Claimed, NO_LEVEL } from './claims.ts';

/** How a delivery ended, or when it is tried again. */
export type Ending =
  | { readonly state: 'sent' }
  | { readonly state: 'again'; readonly afterSeconds: number; readonly reason: MessageReason }
  | { readonly state: 'failed' | 'unknown'; readonly reason: MessageReason };

const KINDS = {
  sent: 'escalated',
  again: 'escalation_delayed',
  failed: 'escalation_failed',
  unknown: 'escalation_unknown',
} as const;

const stateRow = z.object({ state: z.string() });

/**
 * Writes what became of a claimed message: the delivery log, the alert's timeline, the guide's alert_history. One that
 * would be tried again after its time is over has failed.
 */
export const endDelivery = async (
  tx: Transaction,
  { claimed, name, ending, laptop }: { claimed: Claimed; name: string; ending: Ending; laptop: string },
): Promise<void> => {
  const { delivery_id: id, event_id: eventId, channel, step } = claimed;
  const reason = ending.state === 'sent' ? null : JSON.stringify(ending.reason);
  const after = ending.state === 'again' ? ending.afterSeconds : null;
  const wanted = ending.state === 'again' ? 'due' : ending.state;
  const ended = await tx.maybeRow(
    stateRow,
    sql`/* regie:escalation */
      with became as (
        select delivery_id, case when ${after}::float8 is not null and now() + make_interval(secs => ${after}::float8) > tried_until
          then 'failed' else ${wanted} end as state
        from console.deliveries where delivery_id = ${id} and state = 'sending' for update
      )
      update console.deliveries d set state = b.state, reason = ${reason}::jsonb,
        next_at = case when b.state = 'due' then now() + make_interval(secs => ${after}::float8) else d.next_at end,
        ended_at = case when b.state = 'due' then null else now() end
      from became b where d.delivery_id = b.delivery_id returning d.state`,
  );
  if (ended === undefined || eventId === null) return;
  const tried = ended.state === 'due';
  // That it is tried again is said once, not at every try.
  if (!tried || claimed.attempts === 1) {
    const kind = tried ? KINDS.again : ending.state === 'again' ? KINDS.failed : KINDS[ending.state];
    const why = ending.state === 'sent' ? {} : { why: ending.reason.code, detail: ending.reason.detail };
    await tx.run(sql`/* regie:escalation */
      insert into console.timeline (event_id, kind, actor, laptop, data)
      values (${eventId}, ${kind}, 'regie-engine', ${laptop},
        ${JSON.stringify({ delivery: id, contact: name, channel, step, ...why })}::jsonb)`);
  }
  if (ended.state !== 'sent' || step >= NO_LEVEL) return;
  await adoptEvents(tx, [eventId]);
  // The guide's history of every alert of the incident: the level that was reached, and when it was reached.
  await tx.run(sql`/* regie:escalation */
    update public.alert_history h
    set escalation_level = ${step + 1}, escalated_at = clock_timestamp(),
      alert_level = case when h.alert_level = 'CRITICAL' and ${step + 1}::int > 1 then 'EMERGENCY' else h.alert_level end
    from console.alerts a join public.monitoring_events e using (event_id)
    where a.incident_id = (select incident_id from console.alerts where event_id = ${eventId})
      and h.monitoring_event_id = a.event_id and e.status in ('OPEN', 'INVESTIGATING')
      and h.escalation_level < ${step + 1}`);
};

const deliveryRow = z
  .object({
    delivery_id: z.uuid(),
    event_id: idColumn.nullable(),
    severity: severitySchema,
    step: z.int(),
    contact: z.string(),
    channel: channelSchema,
    due_at: instantColumn,
    state: z.enum(['due', 'sending', 'sent', 'failed', 'unknown', 'cancelled']),
    attempts: z.int(),
    next_at: instantColumn,
    ended_at: instantColumn.nullable(),
    reason: messageReasonSchema.nullable().catch(null),
  })
  .transform(
    (row): Delivery => ({
      deliveryId: row.delivery_id,
      incidentId: row.event_id,
      severity: row.severity,
      step: row.step,
      contact: row.contact,
      channel: row.channel,
      dueAt: row.due_at,
      state: row.state,
      attempts: row.attempts,
      nextAt: row.state === 'due' ? row.next_at : null,
      endedAt: row.ended_at,
      reason: row.reason,
    }),
  );
const rawDelivery = z.looseObject({ delivery_id: z.string() });

/** The newest deliveries, newest first. */
export const readDeliveries = async (tx: Transaction): Promise<Delivery[]> => {
  const rows = await tx.rows(
    rawDelivery,
    sql`/* regie:escalation */
      select delivery_id::text, event_id, severity, step, contact, channel, due_at, state, attempts, next_at, ended_at, reason
      from console.deliveries order by due_at desc, delivery_id limit 50`,
  );
  return rows.flatMap((row) => deliveryRow.safeParse(row).data ?? []);
};
