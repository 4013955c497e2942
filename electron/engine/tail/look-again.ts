import { z } from 'zod';
import { pipelined, type Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { KEY_BYTES, type Mended } from './set-aside.ts';

const mendedRow = z.object({
  source: z.enum(['transactions', 'scans']),
  id: idColumn,
  /** Whether its amount is in no ledger yet. */
  uncounted: z.boolean(),
  gone: z.boolean(),
});

/** Rows of one kind that are named at most: the rest is of the same kind. */
const NAMED = 20;

/**
 * Looks again at what was set aside: what was mended in the festival's table, or is gone, is settled, and what was mended
 * arrives once more. By primary key, some hundreds at a time.
 * @param unreadable also at rows that failed a statement: after an update of Regie, and when somebody asks
 */
export const lookAgain = async (tx: Transaction, { unreadable }: { unreadable: boolean }): Promise<Mended> => {
  const [mended] = await pipelined([
    mendedRows(tx, unreadable),
    noteUnreadIds(tx),
    tx.run(sql`/* regie:aside */
      update console.set_aside s set resolved_at = now()
      where s.resolved_at is null and s.source = 'cards' and s.reason <> 'id_too_long'
        and not exists (
          select from public.table_cards c
          where c.id = s.row_id and c.amount is not null and console.amount_of(c.amount) is null)
        and not exists (
          select from console.card_ledger l where l.card_id = s.row_id and abs(l.expected_cents) > ${Number.MAX_SAFE_INTEGER})`),
    tx.run(sql`/* regie:aside */
      update console.set_aside set resolved_at = now()
      where resolved_at is null and source not in ('transactions', 'scans', 'cards')
        and last_seen < now() - interval '24 hours'`),
  ]);
  if (mended.length > 0) {
    await tx.run(sql`/* regie:aside */
      update console.set_aside s set resolved_at = now()
      from unnest(${mended.map(({ source }) => source)}::text[], ${mended.map(({ id }) => id)}::text[])
        as m (source, row_id)
      where s.source = m.source and s.row_id = m.row_id and s.resolved_at is null`);
  }
  const there = mended.filter(({ gone }) => !gone);
  return {
    transactions: there.flatMap(({ source, id }) => (source === 'transactions' ? id : [])),
    scans: there.flatMap(({ source, id }) => (source === 'scans' ? id : [])),
    counted: new Set(there.filter(({ uncounted }) => !uncounted).map(({ id }) => id)),
  };
};

const mendedRows = (tx: Transaction, unreadable: boolean) =>
  tx.rows(
    mendedRow,
    sql`/* regie:aside */
      with open as (
        select source, console.row_id_of(row_id) as id, bool_or(column_name in ('amount_involved', 'card_id', '*')) as uncounted,
          bool_or(column_name = '*') as whole
        from console.set_aside
        where resolved_at is null and source in ('transactions', 'scans') and console.row_id_of(row_id) is not null
          -- What an index cannot hold is taken under another name, and stays so.
          and reason <> 'id_too_long'
        group by source, row_id
        order by min(last_seen) desc
        limit 500)
      select o.source, o.id, o.uncounted, t.log_id is null as gone
      from open o
      left join public.app_transaction_log t on t.log_id = o.id
      where o.source = 'transactions' and (t.log_id is null or (${unreadable}::boolean or not o.whole)
        and (t.amount_involved is null or console.amount_of(t.amount_involved) is not null)
        and (t.previous_balance is null or console.amount_of(t.previous_balance) is not null)
        and (t.new_balance is null or console.amount_of(t.new_balance) is not null)
        and t.card_id is not null and octet_length(t.card_id::text) <= ${KEY_BYTES})
      union all
      select o.source, o.id, false, s.scan_log_id is null
      from open o
      left join public.nfc_scan_log s on s.scan_log_id = o.id
      where o.source = 'scans' and (s.scan_log_id is null or ${unreadable}::boolean)`,
  );

/** Names rows whose ids lie below where the tail began: it does not come by there. By primary key. */
const noteUnreadIds = async (tx: Transaction): Promise<void> => {
  await tx.run(sql`/* regie:aside */
    insert into console.set_aside as known (source, row_id, column_name, reason, value, money)
    select * from (
      (select 'transactions', log_id::text, 'log_id', 'id_out_of_range', log_id::text, true
        from public.app_transaction_log
        where log_id <= (select begins_after from console.watermarks where source = 'transactions')
        order by log_id limit ${NAMED})
      union all
      (select 'scans', scan_log_id::text, 'scan_log_id', 'id_out_of_range', scan_log_id::text, false
        from public.nfc_scan_log
        where scan_log_id <= (select begins_after from console.watermarks where source = 'scans')
        order by scan_log_id limit ${NAMED})) as odd
    on conflict (source, row_id, column_name) do update set last_seen = now(), resolved_at = null
    where known.resolved_at is not null or known.last_seen < now() - interval '5 minutes'`);
};
