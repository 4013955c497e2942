import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { ACTOR } from './findings.ts';

/**
 * Ends acknowledgements whose time is over: the alert is unassigned and alerts again (docs/alerts.md, "Acknowledgement").
 * Those of closed alerts are removed without a trace.
 */
export const endAcknowledgements = async (tx: Transaction, laptop: string): Promise<void> => {
  // By alerts_lease_idx.
  await tx.run(sql`/* regie:lease-end */
    with due as (
      select a.event_id, a.incident_id, a.acknowledged_by, e.status in ('OPEN', 'INVESTIGATING') as open
      from console.alerts a join public.monitoring_events e using (event_id)
      where a.acknowledged_until < now()
      order by a.event_id
      for update of a
    ), forgotten as (
      update console.alerts a set acknowledged_until = null
      from due where a.event_id = due.event_id and not due.open
    ), ended as (
      update console.alerts a
      set acknowledged_at = null, acknowledged_by = null, acknowledged_until = null, snoozed_until = null,
        taken_at = null, taken_by = null, taken_on = null, recalled_at = now(), version = version + 1
      from due where a.event_id = due.event_id and due.open
    ), status as (
      update public.monitoring_events e set status = 'OPEN'
      from due where e.event_id = due.event_id and due.open and e.status = 'INVESTIGATING'
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select distinct on (incident_id) event_id, 'acknowledgement_ended', ${ACTOR}, ${laptop},
      jsonb_build_object('from', acknowledged_by)
    from due where open order by incident_id, event_id
    returning console.append_engine_audit(${laptop}, 'acknowledgement_ended', 'event:' || event_id, data)`);
};

/** Ends handovers that were not accepted in time: their alerts are unassigned and alert again. */
export const endHandovers = async (tx: Transaction, laptop: string): Promise<void> => {
  await tx.run(sql`/* regie:handover-end */
    with due as (
      select handover_id, from_operator, incidents from console.handovers
      where accepted_at is null and ended_at is null and expires_at < now()
      for update
    ), over as (
      update console.handovers h set ended_at = now() from due where h.handover_id = due.handover_id
    ), back as (
      update console.alerts a
      set acknowledged_at = null, acknowledged_by = null, acknowledged_until = null, snoozed_until = null,
        taken_at = null, taken_by = null, taken_on = null, recalled_at = now(), version = version + 1
      from due, public.monitoring_events e
      where a.incident_id = any (due.incidents) and coalesce(a.taken_by, a.acknowledged_by) = due.from_operator
        and e.event_id = a.event_id and e.status in ('OPEN', 'INVESTIGATING')
      returning a.event_id, a.incident_id, due.from_operator
    ), status as (
      update public.monitoring_events e set status = 'OPEN'
      from back where e.event_id = back.event_id and e.status = 'INVESTIGATING'
    )
    insert into console.timeline (event_id, kind, actor, laptop, data)
    select distinct on (incident_id) event_id, 'handover_not_accepted', ${ACTOR}, ${laptop},
      jsonb_build_object('from', from_operator)
    from back order by incident_id, event_id
    returning console.append_engine_audit(${laptop}, 'handover_not_accepted', 'event:' || event_id, data)`);
};
