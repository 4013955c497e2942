import type { RowId } from '../../shared/domain/row-id.ts';
import type { Transaction } from '../postgres/pool.ts';
import { sql } from '../postgres/sql.ts';

/**
 * Adds rows of the log to the expected balance of their cards (docs/money.md, "Expected balance"), in the transaction that moves the watermark:
 * those in the range, and single ones that appeared or were decided late. By primary key. Rows that are too old to be
 * judged are where the next row of their card must begin.
 */
export const advanceLedger = async (
  tx: Transaction,
  rows: {
    after: RowId;
    upTo: RowId;
    single: readonly RowId[];
    /** Rows up to this id that state an earlier time are too old to be judged. */
    historyUpTo: RowId;
    judgedFrom: string;
  },
): Promise<void> => {
  await tx.run(sql`/* regie:ledger */
    insert into console.card_ledger as ledger (card_id, expected_cents, last_log_id, completed_count, failed_count,
      last_balance, last_transaction_at, chain_log_id, chain_balance)
    select g.card_id, (g.amount * 100)::bigint, g.last_log_id, g.completed, g.failed,
      -- The balances of the highest ids, by primary key: cheaper than to sort the rows of each card.
      (select console.amount_of(new_balance) from public.app_transaction_log where log_id = g.last_log_id),
      g.last_at, g.chain_log_id,
      (select console.amount_of(new_balance) from public.app_transaction_log where log_id = g.chain_log_id)
    -- What a log lacks is NULL: a name that the table does not have is looked up here.
    from (select null::numeric as new_balance, null::jsonb as details, null::timestamptz as timestamp) as absent
    cross join (select console.meanings() as meanings offset 0) as meant
    cross join lateral (
      select t.card_id,
        sum(console.ledger_amount(t.transaction_type, t.status, t.amount_involved, t.details, meant.meanings)) as amount,
        max(t.log_id) as last_log_id, count(*) filter (where t.status = 'completed') as completed,
        count(*) filter (where t.status = 'failed') as failed, max(t.stated) as last_at,
        max(t.log_id) filter (where t.old) as chain_log_id
      from (
        select log_id, coalesce(console.key_of(card_id), '') as card_id, transaction_type::text as transaction_type,
          console.known_status(status::text, meant.meanings) as status,
          console.amount_of(amount_involved) as amount_involved, console.json_of(details) as details,
          -- A wrong clock that is ahead would stand there for ever.
          least(console.time_of(timestamp), now()) as stated,
          log_id <= ${rows.historyUpTo} and console.time_of(timestamp) < ${rows.judgedFrom}::timestamptz as old
        from public.app_transaction_log where log_id > ${rows.after} and log_id <= ${rows.upTo}
        union all
        select log_id, coalesce(console.key_of(card_id), ''), transaction_type::text,
          console.known_status(status::text, meant.meanings),
          console.amount_of(amount_involved), console.json_of(details), least(console.time_of(timestamp), now()), false
        from public.app_transaction_log where log_id = any (${rows.single}::bigint[])) as t
      group by t.card_id) as g
    order by g.card_id
    on conflict (card_id) do update set
      expected_cents = ledger.expected_cents + excluded.expected_cents,
      completed_count = ledger.completed_count + excluded.completed_count,
      failed_count = ledger.failed_count + excluded.failed_count,
      last_balance = case when excluded.last_log_id > ledger.last_log_id then excluded.last_balance else ledger.last_balance end,
      last_log_id = greatest(ledger.last_log_id, excluded.last_log_id),
      last_transaction_at = greatest(ledger.last_transaction_at, excluded.last_transaction_at),
      chain_log_id = coalesce(excluded.chain_log_id, ledger.chain_log_id),
      chain_balance = case when excluded.chain_log_id is null then ledger.chain_balance else excluded.chain_balance end,
      updated_at = now()`);
};
