import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { adoptEvents } from '../alerts/adopt.ts';

const idRow = z.object({ event_id: idColumn });

/** How many alerts of one algorithm another system may raise before they count as one, as for our own (a storm). */
const STORM = 25;
/** How far back an alert calls. */
const HOURS = 12;

/**
 * Alerts of another monitoring system for which the policy has a step that is due become rows of ours, so that they
 * escalate like ours. Of a storm one is taken at a time: the next one when somebody has acknowledged it.
 */
export const adoptDue = async (
  tx: Transaction,
  messages: readonly { readonly severity: string; readonly after: number }[],
): Promise<void> => {
  const rows = await tx.rows(
    idRow,
    sql`/* regie:escalation */
      with first as (
        select severity, min(after) as after
        from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as s (severity text, after int) group by severity
      ), foreign_alert as (
        -- Those of ours have a time of commit; of the others the ones that were taken before count as well.
        select e.event_id, e.status in ('OPEN', 'INVESTIGATING') as open, a.event_id is not null as adopted,
          -- Its own time may be any; it does not call before it was written, nor later for a clock that is ahead.
          least(e.detection_timestamp, e.created_at) <= now() - make_interval(secs => f.after) as due,
          count(*) over alike as alerts,
          bool_or(a.event_id is not null and a.acknowledged_at is null and e.status in ('OPEN', 'INVESTIGATING'))
            over alike as calling,
          e.detection_algorithm, e.severity
        from public.monitoring_events e join first f using (severity) left join console.alerts a using (event_id)
        where a.committed_at is null and least(e.detection_timestamp, e.created_at) > now() - make_interval(hours => ${HOURS})
        window alike as (partition by e.detection_algorithm, e.severity)
      ), wanted as (
        select event_id, alerts, calling, row_number() over (
          partition by detection_algorithm, severity order by event_id) as place
        from foreign_alert where open and due and not adopted
      )
      select event_id from wanted where alerts <= ${STORM} or place = 1 and not calling`,
  );
  await adoptEvents(
    tx,
    rows.map(({ event_id: id }) => id),
  );
};
