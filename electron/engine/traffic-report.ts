import { z } from 'zod';
import { TRAFFIC_MINUTES, TRAFFIC_STEP_SECONDS, type Traffic } from '../../shared/contract/health.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { countColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';

const stepRow = z.object({ at: instantColumn, total: countColumn, failed: countColumn });
const nowRow = z.object({ now: instantColumn });

/** What was ordered in the last quarter of an hour, and what failed of it, as the tail has counted it. */
export const readTraffic = (database: FestivalDatabase): Promise<Traffic> =>
  database.read(async (tx) => {
    const { now } = await tx.row(nowRow, sql`/* regie:traffic */ select clock_timestamp() as now`);
    const steps = await tx.rows(
      stepRow,
      // By primary key: 900 rows at most. Every ten seconds, by each laptop.
      sql`/* regie:traffic */
        select date_bin(make_interval(secs => ${TRAFFIC_STEP_SECONDS}), second, 'epoch'::timestamptz) as at,
          sum(total) as total, sum(failed) as failed
        from console.traffic_seconds
        where second > now() - make_interval(mins => ${TRAFFIC_MINUTES}) and second <= now()
        group by 1
        order by 1`,
    );
    return { at: now, steps };
  });
