import { z } from 'zod';
import { type Cents, cents } from '../../shared/domain/money.ts';
import type { Transaction } from '../festival/pool.ts';
import { centsColumn, countColumn, idColumn, microsColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { CardLook } from './detector.ts';

/** Between the two looks that make a mismatch: some writers update the card and log it in two transactions. */
const LOOKS_APART_SECONDS = 2;
/** Cards compared by one statement, so that none runs longer than a second. */
const SLICE = 20_000;
/** Within a cent a card agrees with its history. */
const TOLERANCE_CENTS = 1;

const lookRow = z.object({
  id: z.string(),
  actual: centsColumn,
  expected_cents: idColumn,
  transaction_count: countColumn,
  last_transaction_at: microsColumn.nullable(),
  known_cents: idColumn.nullable(),
  old_enough: z.boolean(),
  confirmed: z.boolean(),
});
const sliceRow = z.object({ last: z.string().nullable(), cards: countColumn });
const cardRow = z.object({ card_id: z.string() }).transform((row) => row.card_id);

/** Cards to look at with this tail: those with new log rows, and those that wait for their second look. */
export const cardsToLookAt = (tx: Transaction, afterArrival: number): Promise<string[]> =>
  tx.rows(
    cardRow,
    sql`/* regie:cards */
      select card_id from console.recent_transactions where arrival > ${afterArrival}
      union
      select card_id from console.mismatch_looks where not confirmed`,
  );

/** Some cards against the ledger, in the caller's snapshot. By primary key. */
export const lookAtCards = async (tx: Transaction, cards: readonly string[]): Promise<CardLook[]> => {
  if (cards.length === 0) return [];
  return remember(
    tx,
    await tx.rows(
      lookRow,
      sql`/* regie:cards */
        select c.id, coalesce(c.amount, 0)::numeric(10,2) as actual, coalesce(l.expected_cents, 0) as expected_cents,
          coalesce(l.completed_count + l.failed_count, 0) as transaction_count,
          (extract(epoch from l.last_transaction_at) * 1000000)::bigint as last_transaction_at,
          m.discrepancy_cents as known_cents,
          coalesce(m.first_seen_at <= now() - make_interval(secs => ${LOOKS_APART_SECONDS}), false) as old_enough,
          coalesce(m.confirmed, false) as confirmed
        from public.table_cards c
        left join console.card_ledger l on l.card_id = c.id
        left join console.mismatch_looks m on m.card_id = c.id
        where c.id = any (${cards}::text[])`,
    ),
  );
};

/**
 * The sweep: every card against the ledger, in slices, because a card can change without any log row. Returns those that
 * differ, are negative, or were so at the last look.
 */
export const sweepCards = async (tx: Transaction): Promise<CardLook[]> => {
  const looks: CardLook[] = [];
  for (let after = ''; ; ) {
    const { last, cards } = await tx.row(
      sliceRow,
      sql`/* regie:sweep */
        select max(id) as last, count(*) as cards from (
          select id from public.table_cards where id > ${after} order by id limit ${SLICE}) as slice`,
    );
    if (last === null) return looks;
    const rows = await tx.rows(
      lookRow,
      sql`/* regie:sweep */
        select c.id, coalesce(c.amount, 0)::numeric(10,2) as actual, coalesce(l.expected_cents, 0) as expected_cents,
          coalesce(l.completed_count + l.failed_count, 0) as transaction_count,
          (extract(epoch from l.last_transaction_at) * 1000000)::bigint as last_transaction_at,
          m.discrepancy_cents as known_cents,
          coalesce(m.first_seen_at <= now() - make_interval(secs => ${LOOKS_APART_SECONDS}), false) as old_enough,
          coalesce(m.confirmed, false) as confirmed
        from public.table_cards c
        left join console.card_ledger l on l.card_id = c.id
        left join console.mismatch_looks m on m.card_id = c.id
        where c.id > ${after} and c.id <= ${last}
          and (abs(coalesce(c.amount, 0) * 100 - coalesce(l.expected_cents, 0)) > ${TOLERANCE_CENTS} or c.amount < 0
            or m.card_id is not null
            or exists (select from console.findings f where f.card_id = c.id and f.cleared_at is null
              and f.algorithm in ('balance_mismatch_detection', 'negative_balance_detection')))`,
    );
    looks.push(...(await remember(tx, rows)));
    if (cards < SLICE) return looks;
    after = last;
  }
};

/** Keeps since when each difference has been seen, and says which ones a second look confirms. */
const remember = async (tx: Transaction, rows: readonly z.output<typeof lookRow>[]): Promise<CardLook[]> => {
  const first: { cardId: string; discrepancy: Cents }[] = [];
  const second: string[] = [];
  const gone: string[] = [];
  const looks = rows.map((row): CardLook => {
    const expected = cents(row.expected_cents);
    const discrepancy = cents(row.actual - expected);
    const differs = Math.abs(discrepancy) > TOLERANCE_CENTS;
    const same = row.known_cents === discrepancy;
    const confirmed = differs && same && (row.confirmed || row.old_enough);
    if (!differs && row.known_cents !== null) gone.push(row.id);
    if (differs && !same) first.push({ cardId: row.id, discrepancy });
    if (confirmed && !row.confirmed) second.push(row.id);
    return {
      cardId: row.id,
      actual: row.actual,
      expected,
      transactionCount: row.transaction_count,
      lastTransactionAt: row.last_transaction_at,
      confirmed,
    };
  });
  if (first.length > 0) {
    await tx.run(sql`/* regie:cards */
      insert into console.mismatch_looks (card_id, discrepancy_cents, first_seen_at)
      select look.card_id, look.discrepancy, now()
      from unnest(${first.map((look) => look.cardId)}::text[], ${first.map((look) => look.discrepancy)}::bigint[])
        as look (card_id, discrepancy)
      on conflict (card_id) do update
      set discrepancy_cents = excluded.discrepancy_cents, first_seen_at = excluded.first_seen_at, confirmed = false`);
  }
  if (second.length > 0) {
    await tx.run(sql`/* regie:cards */
      update console.mismatch_looks set confirmed = true where card_id = any (${second}::text[])`);
  }
  if (gone.length > 0) {
    await tx.run(sql`/* regie:cards */ delete from console.mismatch_looks where card_id = any (${gone}::text[])`);
  }
  return looks;
};
