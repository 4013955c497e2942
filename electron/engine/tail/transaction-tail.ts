import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { TransactionRow } from '../detector.ts';
import { transactionReader } from './log-rows.ts';
import { AHEAD_MINUTES, type Piece, type Position, type WrongClocks } from './positions.ts';

/**
 * What was read with its status open, or with a value that has been mended, becomes an arrival once more. What it counted
 * for until now counts no more.
 */
export const forgetUndecided = async (tx: Transaction, settled: readonly RowId[]): Promise<void> => {
  await tx.run(sql`/* regie:settled */
    with decided as (
      delete from console.unsettled where log_id = any (${settled}::bigint[])
    ), forgotten as (
      delete from console.recent_transactions where log_id = any (${settled}::bigint[])
      returning occurred_at, point_of_sale, transaction_type, status, amount_involved,
        status in ('completed', 'failed') and transaction_type <> 'manual_correction' as decided, stated_at is null as clock_right
    ), seconds as (
      update console.traffic_seconds t set total = t.total - f.total, failed = t.failed - f.failed
      from (select date_trunc('second', occurred_at) as second, count(*) as total, count(*) filter (where status = 'failed') as failed
        from forgotten where decided and clock_right group by 1) as f
      where t.second = f.second
    )
    update console.traffic_minutes t set total = t.total - f.total, failed = t.failed - f.failed,
      amount = t.amount - f.amount, no_amount = t.no_amount - f.no_amount
    from (select date_trunc('minute', occurred_at) as minute, coalesce(point_of_sale, '') as place, transaction_type as type,
        count(*) filter (where clock_right) as total,
        count(*) filter (where clock_right and status = 'failed') as failed,
        coalesce(sum(amount_involved) filter (where status = 'completed'), 0) as amount,
        count(*) filter (where status = 'completed' and amount_involved is null) as no_amount
      from forgotten where decided group by 1, 2, 3) as f
    where (t.minute, t.place, t.type) = (f.minute, f.place, f.type)`);
};

/**
 * Takes transactions over as arrivals, those of the range and single ones that appeared or were decided late; counts the
 * traffic of each second, and notes whose status is open. Corrections are the console's own doing and no traffic, and a
 * row whose status is open has neither failed nor succeeded yet.
 */
export const takeTransactions = (
  tx: Transaction,
  rows: { position: Position; piece: Piece; settled: readonly RowId[]; clocks: WrongClocks },
): Promise<TransactionRow[]> =>
  tx.read(
    transactionReader,
    sql`/* regie:tail */
      with arrived as (
        insert into console.recent_transactions (arrival, log_id, transaction_id, card_id, transaction_type, status,
          amount_involved, previous_balance, new_balance, point_of_sale, edge_function_name, client_request_id,
          error_pattern, occurred_at, settled_late, stated_at, status_word)
        select ${rows.piece.lastArrival} + row_number() over (order by t.log_id), t.log_id, console.uuid_of(t.transaction_id),
          coalesce(console.key_of(t.card_id), ''), console.type_word(t.transaction_type::text),
          console.known_status(t.status::text, t.meanings), console.amount_of(t.amount_involved),
          console.amount_of(t.previous_balance), console.amount_of(t.new_balance),
          console.word_of(coalesce(t.facts ->> 'point_of_sale', t.facts ->> 'bar', t.facts ->> 'location')),
          console.word_of(t.edge_function_name), console.key_of(t.client_request_id),
          console.word_of(coalesce(t.facts ->> 'error_code', t.facts ->> 'error')),
          case when t.clock_right then t.stated
            else now() - greatest(least(
              coalesce(case when t.stated > now() then ${rows.clocks.future}::timestamptz
                else ${rows.clocks.past}::timestamptz end - t.stated, interval '0'),
              interval '1 hour'), interval '0') end,
          t.log_id = any (${rows.settled}::bigint[]),
          case when not t.clock_right and t.timestamp is not null then left(t.timestamp::text, 40) end,
          console.own_status_word(t.status::text, t.meanings)
        from (
          select l.*, meant.meanings, console.json_of(l.details) as facts, console.time_of(l.timestamp) as stated,
            coalesce(console.time_of(l.timestamp) between ${rows.position.earliest}::timestamptz
              and now() + make_interval(mins => ${AHEAD_MINUTES}), false) as clock_right
          -- What a log lacks is NULL: a name that the table does not have is looked up here.
          from (select console.meanings() as meanings offset 0) as meant
          cross join (select null::uuid as transaction_id, null::numeric as previous_balance, null::numeric as new_balance,
            null::jsonb as details, null::text as edge_function_name, null::text as client_request_id,
            null::timestamptz as timestamp) as absent
          cross join lateral (
            select log_id, card_id, transaction_type, status, amount_involved, transaction_id, previous_balance, new_balance,
                details, edge_function_name, client_request_id, timestamp
            from public.app_transaction_log where log_id > ${rows.piece.after} and log_id <= ${rows.piece.upTo}
            union all
            select log_id, card_id, transaction_type, status, amount_involved, transaction_id, previous_balance, new_balance,
                details, edge_function_name, client_request_id, timestamp
            from public.app_transaction_log where log_id = any (${rows.piece.single}::bigint[])) as l) as t
        where t.log_id > ${rows.position.historyUpTo} or t.stated is null
          or t.stated >= ${rows.position.judgedFrom}::timestamptz
        returning *
      ), undecided as (
        insert into console.unsettled (log_id, status)
        select log_id, status from arrived where status not in ('completed', 'failed')
        on conflict (log_id) do nothing
      ), traffic as (
        insert into console.traffic_seconds as counted (second, total, failed)
        select date_trunc('second', occurred_at), count(*), count(*) filter (where status = 'failed')
        from arrived
        -- What has a wrong clock happened at some other time: it belongs to no rate.
        where transaction_type <> 'manual_correction' and status in ('completed', 'failed') and stated_at is null
        group by 1
        order by 1
        on conflict (second) do update set total = counted.total + excluded.total, failed = counted.failed + excluded.failed
      ), minutes as (
        insert into console.traffic_minutes as counted (minute, place, type, total, failed, amount, no_amount)
        select date_trunc('minute', occurred_at), coalesce(point_of_sale, ''), transaction_type,
          count(*) filter (where stated_at is null), count(*) filter (where stated_at is null and status = 'failed'),
          -- Money moved, whatever the till's clock says.
          coalesce(sum(amount_involved) filter (where status = 'completed'), 0),
          count(*) filter (where status = 'completed' and amount_involved is null)
        from arrived
        where transaction_type <> 'manual_correction' and status in ('completed', 'failed')
          and occurred_at > now() - interval '3 hours'
        group by 1, 2, 3
        order by 1, 2, 3
        on conflict (minute, place, type) do update
        set total = counted.total + excluded.total, failed = counted.failed + excluded.failed,
          amount = counted.amount + excluded.amount, no_amount = counted.no_amount + excluded.no_amount
      )
      select arrival, log_id, transaction_id::text, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, point_of_sale, error_pattern, client_request_id, settled_late, stated_at, edge_function_name,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from arrived order by arrival`,
  );
