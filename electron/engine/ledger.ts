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
    after: number;
    upTo: number;
    single: readonly number[];
    /** Rows up to this id that state an earlier time are too old to be judged. */
    historyUpTo: number;
    judgedFrom: string;
  },
): Promise<void> => {
  await tx.run(sql`/* regie:ledger */
    insert into console.card_ledger as ledger (card_id, expected_cents, last_log_id, completed_count, failed_count,
      last_balance, last_transaction_at, chain_log_id, chain_balance)
    select t.card_id,
      sum(console.ledger_amount(t.transaction_type, t.status, t.amount_involved, t.details) * 100)::bigint,
      max(t.log_id), count(*) filter (where t.status = 'completed'), count(*) filter (where t.status = 'failed'),
      (array_agg(t.new_balance order by t.log_id desc))[1], max(t.timestamp),
      max(t.log_id) filter (where t.old), (array_agg(t.new_balance order by t.log_id desc) filter (where t.old))[1]
    from (
      select log_id, coalesce(console.key_of(read.card_id), '') as card_id, read.transaction_type::text as transaction_type,
        read.status::text as status, console.amount_of(read.amount_involved) as amount_involved,
        console.json_of(read.details) as details, console.amount_of(read.new_balance) as new_balance,
        -- A wrong clock that is ahead would stand there for ever.
        least(console.time_of(read.timestamp), now()) as timestamp,
        log_id <= ${rows.historyUpTo} and console.time_of(read.timestamp) < ${rows.judgedFrom}::timestamptz as old
      -- What a log lacks is NULL: a name that the table does not have is looked up here.
      from (select null::numeric as new_balance, null::jsonb as details, null::timestamptz as timestamp) as absent
      cross join lateral (
        select log_id, card_id, transaction_type, status, amount_involved, new_balance, details, timestamp
        from public.app_transaction_log where log_id > ${rows.after} and log_id <= ${rows.upTo}) as read
      union all
      select log_id, coalesce(console.key_of(read.card_id), ''), read.transaction_type::text, read.status::text,
        console.amount_of(read.amount_involved), console.json_of(read.details), console.amount_of(read.new_balance),
        least(console.time_of(read.timestamp), now()), false
      from (select null::numeric as new_balance, null::jsonb as details, null::timestamptz as timestamp) as absent
      cross join lateral (
        select log_id, card_id, transaction_type, status, amount_involved, new_balance, details, timestamp
        from public.app_transaction_log where log_id = any (${rows.single}::bigint[])) as read) as t
    group by t.card_id
    order by t.card_id
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
