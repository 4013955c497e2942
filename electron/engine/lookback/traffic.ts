import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { countColumn, microsColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { type Lookback, SECOND } from '../detector.ts';
import { iso } from '../time.ts';

const secondRow = z.object({ at: microsColumn, total: z.int(), failed: z.int() });
const trafficRow = z
  .object({ total: countColumn, failed: countColumn, core_total: countColumn })
  .transform((row) => ({ total: row.total, failed: row.failed, coreTotal: row.core_total }));
const placeRow = z.object({ place: z.string(), total: countColumn, failed: countColumn });

/** What was ordered and what failed, by the second and by point of sale. */
export const trafficLookback = (tx: Transaction): Pick<Lookback, 'traffic' | 'trafficOf' | 'failingPlaces'> => ({
  // By primary key; 900 rows at most for a live window of 15 minutes.
  traffic: ({ from, to }) =>
    tx.rows(
      secondRow,
      sql`/* regie:spike */
        select (extract(epoch from second) * 1000000)::bigint as at, total, failed
        from console.traffic_seconds
        where second > ${iso(from)}::timestamptz and second <= ${iso(to)}::timestamptz
        order by second`,
    ),

  // By primary key: sums of 900 rows at most for a live window of 15 minutes.
  trafficOf: ({ from, to }, core) =>
    tx.row(
      trafficRow,
      sql`/* regie:spike */
        select coalesce(sum(total), 0) as total, coalesce(sum(failed), 0) as failed,
          coalesce(sum(total) filter (where second > ${iso(core.from)}::timestamptz and second <= ${iso(core.to)}::timestamptz), 0) as core_total
        from console.traffic_seconds
        where second > ${iso(from)}::timestamptz and second <= ${iso(to)}::timestamptz`,
    ),

  // By recent_transactions_time_idx (ranges of blocks); read only while there is a spike.
  failingPlaces: ({ from, to }) =>
    tx.rows(
      placeRow,
      sql`/* regie:spike */
        select coalesce(point_of_sale, edge_function_name, 'unknown') as place, count(*) as total,
          count(*) filter (where status = 'failed') as failed
        from console.recent_transactions
        where occurred_at > ${iso(from)}::timestamptz and occurred_at <= ${iso(to + SECOND)}::timestamptz
          and transaction_type <> 'manual_correction'
        group by 1
        having count(*) filter (where status = 'failed') > 0
        order by 3 desc
        limit 20`,
    ),
});
