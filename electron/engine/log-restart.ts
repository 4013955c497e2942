import { HIGHEST_ID, idBefore, LOWEST_ID } from '../../shared/domain/row-id.ts';
import type { Transaction } from '../postgres/pool.ts';
import { sql } from '../postgres/sql.ts';
import type { Source } from './tail/positions.ts';

/**
 * The log was emptied: what comes is read from its first row on. What is remembered by ids belongs to rows that are gone, and
 * would be taken for rows that get these ids again. The ledger stays, and waits for a person's decision
 * (console.start_over).
 */
export const beginAnew = async (tx: Transaction, source: Source): Promise<void> => {
  await tx.run(sql`/* regie:watch */
    update console.watermarks set last_id = begins_after, history_up_to = begins_after where source = ${source}`);
  await tx.run(sql`/* regie:watch */ delete from console.watermark_gaps where source = ${source}`);
  await forgetIds(tx, source);
  if (source === 'transactions') await tx.run(sql`/* regie:watch */ select console.note_emptied_log()`);
};

/**
 * The sequence was set back below rows that are still there: ids that come now lie below the watermark and are read as late
 * ones. Looked up like any gap, and noticed anew with each look while the sequence is behind.
 */
export const openRestartedIds = async (tx: Transaction): Promise<void> => {
  const opened = await tx.run(sql`/* regie:watch */
    insert into console.watermark_gaps (source, first_id, last_id)
    select 'transactions', hole.first_id, hole.last_id
    from (
      select lag(log_id, 1, s.at) over (order by log_id) + 1 as first_id, log_id - 1 as last_id
      from (select console.log_sequence_at() as at) as s
      cross join lateral (
        select log_id from public.app_transaction_log
        where log_id > s.at and log_id <= (select last_id from console.watermarks where source = 'transactions')
        union
        -- Up to the watermark also where no row is left there.
        select least(last_id, ${idBefore(HIGHEST_ID)}::bigint) + 1 from console.watermarks where source = 'transactions'
        order by log_id limit 10000) as t) as hole
    where hole.first_id <= hole.last_id
      -- What is open already stays as it is.
      and not exists (
        select from console.watermark_gaps g
        where g.source = 'transactions' and g.first_id <= hole.last_id and g.last_id >= hole.first_id)
    on conflict (source, first_id) do nothing`);
  await tx.run(sql`/* regie:watch */
    update console.watermark_gaps set noticed_at = now()
    where source = 'transactions' and last_id > console.log_sequence_at() and noticed_at < now() - interval '30 minutes'`);
  if (opened > 0) await forgetMissingIds(tx);
};

/** Arrivals and findings are those of rows that are gone. */
const forgetIds = async (tx: Transaction, source: Source): Promise<void> => {
  if (source === 'scans') {
    await tx.run(sql`/* regie:watch */ delete from console.recent_scans`);
    return;
  }
  await tx.run(sql`/* regie:watch */ delete from console.recent_transactions`);
  await tx.run(sql`/* regie:watch */ delete from console.unsettled`);
  await tx.run(sql`/* regie:watch */
    update console.card_ledger set last_log_id = ${LOWEST_ID}::bigint, chain_log_id = null, chain_balance = null`);
  await tx.run(sql`/* regie:watch */
    update console.detector_state set state = null where algorithm = 'balance_chain_break'`);
  await setFindingsApart(tx);
};

/** The same for ids whose rows are not there any more, where others are. */
const forgetMissingIds = async (tx: Transaction): Promise<void> => {
  await tx.run(sql`/* regie:watch */
    delete from console.recent_transactions r
    where not exists (select from public.app_transaction_log t where t.log_id = r.log_id)`);
  await tx.run(sql`/* regie:watch */
    delete from console.unsettled u
    where not exists (select from public.app_transaction_log t where t.log_id = u.log_id)`);
  await setFindingsApart(tx);
};

/** A finding on a row that is gone keeps its alert, under a key that no new row can have. */
const setFindingsApart = async (tx: Transaction): Promise<void> => {
  await tx.run(sql`/* regie:watch */
    update console.findings f
    set finding_key = finding_key || ' (before ' || to_char(now(), 'YYYY-MM-DD HH24:MI:SS') || ')', members = '{}'
    where cardinality(members) > 0
      and not exists (select from public.app_transaction_log t where t.log_id = any (f.members))`);
};
