import { z } from 'zod';
import type { Transaction } from '../postgres/pool.ts';
import { countColumn, microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { ALGORITHM, asideFinding, asideKey } from './detectors/rows-set-aside.ts';
import { clearOthers, writeFindings } from './findings/findings.ts';

const kindRow = z.object({
  source: z.string(),
  reason: z.string(),
  columns: z.array(z.string()),
  count: countColumn,
  money: z.boolean(),
  first: microsColumn,
  row: z.string(),
  value: z.string().nullable(),
  rows: z.array(z.string()),
});

/** Raises one alert for each kind of rows that are set aside, and clears those of which none is left. */
export const reportSetAside = async (tx: Transaction, laptop: string): Promise<number> => {
  const kinds = await tx.rows(
    kindRow,
    sql`/* regie:aside */
      select source, reason, jsonb_agg(distinct column_name) as columns, count(distinct row_id) as count,
        bool_or(money) as money, (extract(epoch from min(since)) * 1000000)::bigint as first,
        to_jsonb((array_agg(distinct row_id))[1:5]) as rows, (array_agg(left(value, 60) order by since, row_id))[1] as value,
        (array_agg(row_id order by since, row_id))[1] as row
      from console.set_aside where resolved_at is null
      group by source, reason
      order by source, reason`,
  );
  await clearOthers(tx, [ALGORITHM], new Set(kinds.map(asideKey)), laptop);
  if (kinds.length === 0) return 0;
  return (await writeFindings(tx, kinds.map(asideFinding), laptop)).raised;
};
