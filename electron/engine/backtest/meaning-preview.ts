import { z } from 'zod';
import type { MeaningPreview } from '../../../shared/contract/words.ts';
import { addCents, type Cents, ZERO } from '../../../shared/domain/money.ts';
import { compareIds, type RowId } from '../../../shared/domain/row-id.ts';
import type { Meaning, WordKind } from '../../../shared/domain/transaction-words.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { LOWEST_READ } from '../tail/positions.ts';

/** Rows of the log that one statement looks through: well under a second. */
const LOG_BATCH = 200_000;

const boundsRow = z.object({ after: idColumn, up_to: idColumn });
const endRow = z.object({ up_to: idColumn.nullable() });
const sumRow = z.object({ card_id: z.string(), rows: countColumn, amount: centsColumn, change: centsColumn });
const outcomeRow = z.object({
  outcome: z.enum(['explained', 'remaining', 'added']),
  cards: countColumn,
  cents: centsColumn,
});

const SIGNS: Partial<Record<Meaning, number>> = { adds: 1, takes: -1, nothing: 0 };

/**
 * What another meaning of a word would do: the whole log is gone through with it, in short read-only snapshots by primary
 * key, and cards are compared with what they should hold then. Nothing is written.
 */
export const previewMeaning = async (
  database: FestivalDatabase,
  proposed: { readonly kind: WordKind; readonly word: string; readonly meaning: Meaning },
): Promise<MeaningPreview> => {
  const { after: begins, up_to: last } = await database.read((tx) =>
    tx.row(
      boundsRow,
      // What the ledger has read.
      sql`/* regie:backtest */
        select last_id as up_to,
          coalesce((select min(log_id) - case when min(log_id) >= ${LOWEST_READ}::bigint then 1 else 0 end
            from public.app_transaction_log where log_id > (select carried_to from console.log_history)), last_id) as after
        from console.watermarks where source = 'transactions'`,
    ),
  );
  const changes = new Map<string, Cents>();
  let rows = 0;
  let amount = ZERO;
  for (let after = begins; compareIds(after, last) < 0; ) {
    const range = await database.read(async (tx) => {
      const { up_to: upTo } = await rangeEnd(tx, after, last);
      return { upTo, sums: upTo === null ? [] : await sumsOf(tx, proposed, after, upTo) };
    });
    for (const sum of range.sums) {
      rows += sum.rows;
      amount = addCents(amount, sum.amount);
      changes.set(sum.card_id, addCents(changes.get(sum.card_id) ?? ZERO, sum.change));
    }
    after = range.upTo ?? last;
  }
  const outcomes = await database.read((tx) => compare(tx, changes));
  const of = (name: z.output<typeof outcomeRow>['outcome']) => {
    const found = outcomes.find(({ outcome }) => outcome === name);
    return { cards: found?.cards ?? 0, cents: found?.cents ?? ZERO };
  };
  return { rows, rowsCents: amount, explained: of('explained'), remaining: of('remaining'), added: of('added') };
};

const rangeEnd = (tx: Transaction, after: RowId, last: RowId) =>
  tx.row(
    endRow,
    sql`/* regie:backtest */
      select max(log_id) as up_to from (
        select log_id from public.app_transaction_log
        where log_id > ${after} and log_id <= ${last} order by log_id limit ${LOG_BATCH}) as range`,
  );

/** What the rows with the word add to each card now, and would add. */
const sumsOf = (
  tx: Transaction,
  { kind, word, meaning }: { kind: WordKind; word: string; meaning: Meaning },
  after: RowId,
  upTo: RowId,
) =>
  tx.rows(
    sumRow,
    // By primary key.
    sql`/* regie:backtest */
      select card_id, count(*) as rows, coalesce(sum(amount), 0) as amount,
        coalesce(sum(case when ${kind}::text = 'type'
          then case when console.known_status(status, meanings) = 'completed' then coalesce(${SIGNS[meaning] ?? 0}::int * amount, 0) else 0 end
          else case when ${meaning}::text = 'completed' then console.ledger_amount(type, 'completed', amount, details, meanings) else 0 end
          end - console.ledger_amount(type, status, amount, details, meanings)), 0) as change
      from (
        select coalesce(console.key_of(t.card_id), '') as card_id, t.transaction_type::text as type,
          t.status::text as status, console.amount_of(t.amount_involved) as amount, console.json_of(t.details) as details, meant.meanings
        from (select console.meanings() as meanings offset 0) as meant
        cross join (select null::jsonb as details) as absent
        cross join lateral (
          select card_id, transaction_type, status, amount_involved, details
          from public.app_transaction_log where log_id > ${after} and log_id <= ${upTo}) as t) as r
      where console.word_key(case when ${kind}::text = 'type' then type else status end) = ${word}
      group by card_id`,
  );

/** Cards with an open mismatch, and those that would change: as they are, and as they would be. */
const compare = (tx: Transaction, changes: ReadonlyMap<string, Cents>) =>
  tx.rows(
    outcomeRow,
    sql`/* regie:backtest */
      with change as (
        select * from unnest(${[...changes.keys()]}::text[], ${[...changes.values()]}::bigint[]) as c (card_id, cents)
      ), mismatched as (
        select distinct card_id from public.monitoring_events
        where detection_algorithm = 'balance_mismatch_detection' and status in ('OPEN', 'INVESTIGATING')
      ), compared as (
        select m.card_id is not null as mismatched,
          coalesce(console.amount_of(c.amount), 0) * 100 - coalesce(l.expected_cents, 0) as now_cents,
          coalesce(console.amount_of(c.amount), 0) * 100 - coalesce(l.expected_cents, 0) - coalesce(change.cents, 0) as then_cents
        from change full join mismatched m using (card_id)
        join public.table_cards c on c.id = coalesce(change.card_id, m.card_id)
        left join console.card_ledger l on l.card_id = c.id
      ), judged as (
        select case
            when mismatched and abs(now_cents) > 1 and abs(then_cents) <= 1 then 'explained'
            when mismatched and abs(now_cents) > 1 then 'remaining'
            when abs(now_cents) <= 1 and abs(then_cents) > 1 then 'added'
          end as outcome,
          case when mismatched then abs(now_cents) else abs(then_cents) end as cents
        from compared)
      select outcome, count(*) as cards, sum(cents) / 100 as cents from judged where outcome is not null group by outcome`,
  );
