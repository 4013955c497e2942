import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { onRows } from '../../postgres/transaction.ts';

/**
 * Gives events of another monitoring system the two rows that every alert of ours has from the start: its own in
 * console.alerts, and its place in alert_history. Each is made where it is missing, whatever became of the other, so that
 * an event with one of the two is completed. Called before anything is written about an event that may not be ours.
 */
export const adoptEvents = async (tx: Transaction, eventIds: readonly RowId[]): Promise<void> => {
  if (eventIds.length > 0) await onRows(tx, eventIds.length, (writing) => adopt(writing, eventIds));
};

const adopt = async (tx: Transaction, eventIds: readonly RowId[]): Promise<void> => {
  await tx.run(sql`/* regie:adopt */
    insert into console.alerts (event_id, incident_id, occurred_at)
    select event_id, event_id, detection_timestamp from public.monitoring_events e
    where event_id = any (${eventIds}::bigint[])
      and not exists (select from console.alerts a where a.event_id = e.event_id)
    order by event_id
    on conflict (event_id) do nothing`);
  // What has happened to the event already stands in its history as if it had been there from the start.
  await tx.run(sql`/* regie:adopt */
    insert into public.alert_history (monitoring_event_id, alert_level, alert_message, alert_timestamp, alert_data,
      acknowledged_at, acknowledged_by, resolved_at, resolution_time_seconds)
    select e.event_id, console.alert_level(e.severity), e.detection_algorithm, e.detection_timestamp,
      jsonb_build_object('detection_algorithm', e.detection_algorithm), a.acknowledged_at, a.acknowledged_by, e.resolved_at,
      case when isfinite(e.resolved_at) and isfinite(e.detection_timestamp)
        then least(greatest(0, round(extract(epoch from e.resolved_at - e.detection_timestamp))), 2147483647)::int end
    from public.monitoring_events e join console.alerts a using (event_id)
    where e.event_id = any (${eventIds}::bigint[]) and e.severity <> 'INFO'
      and not exists (select from public.alert_history h where h.monitoring_event_id = e.event_id)`);
};
