import { z } from 'zod';
import type { HistoryRow } from '../../../shared/contract/history.ts';
import type { Incident } from '../../../shared/domain/incident.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { assemble, eventRow, loadIncidents, spareEventRow, timelineRow } from '../alerts/incident-rows.ts';
import { runRow } from '../alerts/run-rows.ts';

/** So many alerts of an incident are shown; a storm may have thousands. */
const MEMBERS_SHOWN = 50;

/**
 * An incident whole, by its number or that of one of its alerts: from the alerts, or as the maintenance has archived it.
 * @returns undefined where neither has it
 * @throws the driver's error when the festival's database does not answer.
 */
export const openHistory = (
  database: FestivalDatabase,
  id: RowId,
): Promise<{ incident: Incident; kept: HistoryRow['kept'] } | undefined> =>
  database.read(async (tx) => {
    const ids = await tx.rows(
      z.object({ event_id: idColumn }),
      // By primary key and history_incident_idx. Of an incident whose first alert has gone, another one leads to it.
      sql`/* regie:history */
        select event_id from console.history
        where incident_id = coalesce((select incident_id from console.history where event_id = ${id}::bigint), ${id}::bigint)
        order by event_id limit ${MEMBERS_SHOWN}`,
    );
    const members = ids.map(({ event_id }) => event_id);
    const there = await loadIncidents(tx, [id, ...members]);
    const holds = ({ alert }: Incident) => [alert.lead, ...alert.linked].some(({ eventId }) => eventId === id);
    const found = there.find(({ alert }) => alert.incidentId === id) ?? there.find(holds) ?? there[0];
    if (found !== undefined) return { incident: found, kept: 'alerts' };
    const archived = await loadArchived(tx, members.length === 0 ? [id] : members);
    return archived === undefined ? undefined : { incident: archived, kept: 'archive' };
  });

/** What the clean-up has put away of these events, row by row as JSON: read so that no value of it can stop a statement. */
const loadArchived = async (tx: Transaction, ids: readonly RowId[]): Promise<Incident | undefined> => {
  const events = await tx.fittingRows(
    eventRow,
    sql`/* regie:history */
      select coalesce(case when a.data ->> 'incident_id' ~ '^-?\\d{1,18}$' then (a.data ->> 'incident_id')::bigint end, m.event_id) as incident_id,
        m.event_id, m.data ->> 'event_type' as event_type, m.data ->> 'severity' as severity, m.data ->> 'status' as status,
        coalesce(m.data ->> 'detection_algorithm', '') as detection_algorithm, m.data ->> 'card_id' as card_id,
        m.data ->> 'transaction_id' as transaction_id, console.amount_of(m.data ->> 'affected_amount')::numeric(10,2) as affected_amount,
        m.data ->> 'confidence_score' as confidence_score, coalesce(m.data -> 'event_data', '{}') as event_data,
        case when jsonb_typeof(m.data -> 'context_data') = 'object' then m.data -> 'context_data' end as context_data,
        coalesce(console.time_of(a.data ->> 'occurred_at'), console.time_of(m.data ->> 'detection_timestamp')) as occurred_at,
        console.time_of(a.data ->> 'committed_at') as committed_at, console.time_of(a.data ->> 'shown_at') as shown_at,
        a.data ->> 'storm' as storm, count(*) over () as members,
        console.time_of(m.data ->> 'detection_timestamp') as detection_timestamp,
        console.time_of(m.data ->> 'resolved_at') as resolved_at, m.data ->> 'resolution_notes' as resolution_notes,
        console.time_of(a.data ->> 'acknowledged_at') as acknowledged_at, a.data ->> 'acknowledged_by' as acknowledged_by,
        console.time_of(a.data ->> 'first_acknowledged_at') as first_acknowledged_at, null as acknowledged_until,
        null as snoozed_until, console.time_of(a.data ->> 'recalled_at') as recalled_at,
        console.time_of(a.data ->> 'reopened_at') as reopened_at, a.data ->> 'placed' as placed, null as placed_from,
        false as moved_money, false as any_moved_money, null as storm_amount, '[]'::jsonb as algorithms,
        console.time_of(a.data ->> 'taken_at') as taken_at, a.data ->> 'taken_by' as taken_by, a.data ->> 'taken_on' as taken_on,
        console.time_of(a.data ->> 'cleared_at') as cleared_at, 1 as version
      from console.archive m
      left join console.archive a on a.source = 'alerts' and a.row_id = m.row_id
      where m.source = 'monitoring_events' and m.event_id = any (${ids}::bigint[])
      order by m.event_id`,
    { name: 'monitoring_events', id: 'event_id' },
    spareEventRow,
  );
  if (events.length === 0) return undefined;
  const timeline = await tx.fittingRows(
    timelineRow,
    sql`/* regie:history */
      select t.row_id as entry_id, t.event_id, coalesce(console.time_of(t.data ->> 'at'), 'epoch') as at, t.data ->> 'kind' as kind,
        t.data ->> 'actor' as actor, t.data ->> 'laptop' as laptop, t.data ->> 'operation_id' as operation_id,
        coalesce(t.data -> 'data', '{}') as data
      from console.archive t where t.source = 'timeline' and t.event_id = any (${ids}::bigint[])
      order by t.row_id::bigint`,
    { name: 'timeline', id: 'entry_id' },
  );
  const runs = await tx.fittingRows(
    runRow,
    sql`/* regie:history */
      select r.row_id as run_id, r.event_id, r.data ->> 'runbook_id' as runbook_id, r.data -> 'runbook' as runbook,
        coalesce(console.time_of(r.data ->> 'started_at'), 'epoch') as started_at, coalesce(r.data ->> 'started_by', '') as started_by,
        console.time_of(r.data ->> 'finished_at') as finished_at, r.data ->> 'outcome' as outcome,
        coalesce((
          select jsonb_agg(jsonb_build_object('stepId', s.data -> 'step_id', 'state', s.data -> 'state', 'choice', s.data -> 'choice',
            'reason', s.data -> 'reason', 'evidence', s.data -> 'evidence', 'told', s.data -> 'told',
            'at', to_char(console.time_of(s.data ->> 'at') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'actor', s.data -> 'actor', 'laptop', s.data -> 'laptop') order by console.time_of(s.data ->> 'at'))
          from console.archive s
          where s.source = 'runbook_steps' and s.event_id = r.event_id and s.data ->> 'run_id' = r.row_id), '[]') as steps,
        coalesce((
          select jsonb_agg(jsonb_build_object('stepId', s.data -> 'step_id', 'itemId', s.data -> 'item_id',
            'at', to_char(console.time_of(s.data ->> 'at') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'actor', s.data -> 'actor', 'laptop', s.data -> 'laptop') order by console.time_of(s.data ->> 'at'))
          from console.archive s
          where s.source = 'runbook_ticks' and s.event_id = r.event_id and s.data ->> 'run_id' = r.row_id), '[]') as ticks,
        coalesce((
          select jsonb_agg(j.row_id order by j.row_id) from console.archive j
          where j.source = 'runbook_joins' and j.event_id = r.event_id and j.data ->> 'joined_run_id' = r.row_id), '[]') as joins
      from console.archive r where r.source = 'runbook_runs' and r.event_id = any (${ids}::bigint[])
      order by console.time_of(r.data ->> 'started_at') desc`,
    { name: 'runbook_runs', id: 'run_id' },
  );
  return assemble(events, timeline, runs)[0];
};
