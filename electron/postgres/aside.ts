import type { BadRow } from './rows.ts';
import { type Statement, sql } from './sql.ts';

/** How often one row is noted again while it is read again and again, milliseconds. */
const AGAIN_MS = 300_000;
/** Rows remembered at most. */
const REMEMBERED = 5_000;

/** Notes rows that could not be read in `console.set_aside`, each of them once in a while. */
export const createAside = (run: (statement: Statement) => Promise<unknown>) => {
  const noted = new Map<string, number>();
  return {
    note: async (rows: readonly BadRow[]): Promise<void> => {
      const now = performance.now();
      const fresh = rows.filter((row) => {
        const key = JSON.stringify([row.source, row.rowId, row.column]);
        if (now - (noted.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return false;
        if (noted.size >= REMEMBERED) noted.clear();
        noted.set(key, now);
        return true;
      });
      if (fresh.length === 0) return;
      try {
        await run(note(fresh));
      } catch {
        // An older schema, a lost link: whoever reads them next notes them.
        noted.clear();
      }
    },
  };
};

const note = (rows: readonly BadRow[]): Statement => sql`/* regie:aside */
  insert into console.set_aside as known (source, row_id, column_name, reason, value, money)
  select distinct on (b.source, b.row_id, b.column_name) b.source, b.row_id, b.column_name, b.reason, b.value, false
  from jsonb_to_recordset(${JSON.stringify(
    rows.map((row) => ({ ...row, row_id: row.rowId, column_name: row.column })),
  )}::jsonb) as b (source text, row_id text, column_name text, reason text, value text)
  on conflict (source, row_id, column_name) do update
  set reason = excluded.reason, value = excluded.value, seen = known.seen + 1, last_seen = now(), resolved_at = null`;
