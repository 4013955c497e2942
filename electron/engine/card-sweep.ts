import { z } from 'zod';
import { type Cents, cents } from '../../shared/domain/money.ts';
import { LOWEST_ID } from '../../shared/domain/row-id.ts';
import type { Transaction } from '../postgres/pool.ts';
import { bigCentsColumn, centsColumn, countColumn, microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { CardComparison } from './detector.ts';
import { KEY_BYTES, type OddCard, setAsideCards } from './tail/set-aside.ts';

/** A difference is confirmed when it is seen again so much later: some writers update the card and log it in two transactions. */
const CONFIRM_AFTER_SECONDS = 2;
/** Cards compared by one statement, so that none runs longer than a second. */
export const SWEEP_BATCH = 50_000;
/** Within a cent a card agrees with its history. */
const TOLERANCE_CENTS = 1;

const readableRow = z.object({
  id: z.string(),
  actual: centsColumn,
  expected_cents: bigCentsColumn,
  transaction_count: countColumn,
  last_transaction_at: microsColumn.nullable(),
  changed_at: microsColumn.nullable(),
  noted_cents: bigCentsColumn.nullable(),
  old_enough: z.boolean(),
  confirmed: z.boolean(),
});
type ComparisonRow = z.output<typeof readableRow>;
/** `value`: what stands where no amount can be read. */
const comparisonRow = readableRow.extend({
  actual: centsColumn.nullable(),
  reason: z.string().nullable(),
  value: z.string().nullable(),
  /** What its history adds up to in cents, where that is more than can be counted exactly. */
  beyond: z.string().nullable(),
});
const batchRow = z.object({ last: z.string().nullable(), cards: countColumn });
const suspectRow = z.object({ card_id: z.string(), too_long: z.boolean() });
const cardRow = z.object({ card_id: z.string() }).transform((row) => row.card_id);
const historyRow = z.object({ card_id: z.string(), expected_cents: bigCentsColumn });

/** What a cycle compares beside the cards that moved: those after `after` (the first batch: ''), or those changed lately. */
export type Sweep = { readonly after: string } | { readonly changedWithinSeconds: number };
/** How far a sweep of all cards came: the last card of its batch, null where it is through, and how many there were. */
export type Swept = { readonly last: string | null; readonly cards: number };

/**
 * Compares the cards whose turn it is: those that moved or wait to be confirmed, and those of the sweep. null where there
 * are none.
 */
export const compareDueCards = async (
  tx: Transaction,
  options: { moved: readonly { readonly cardId: string }[]; sweep: Sweep | null; verify: boolean },
): Promise<{ comparisons: CardComparison[] | null; swept: Swept }> => {
  const { moved, sweep, verify } = options;
  const none: Swept = { last: null, cards: 0 };
  const touched = [...new Set([...moved.map(({ cardId }) => cardId), ...(await unconfirmedCards(tx))])];
  const compare = (more: readonly string[]) => compareCards(tx, [...new Set([...touched, ...more])], { verify });
  if (sweep === null) return { comparisons: touched.length === 0 ? null : await compare([]), swept: none };
  if ('changedWithinSeconds' in sweep) {
    const recent = await sweepMoved(tx, sweep.changedWithinSeconds);
    return { comparisons: await compare([...recent, ...(await cardsInTrouble(tx))]), swept: none };
  }
  const swept = await sweepBatch(tx, sweep.after);
  const inTrouble = sweep.after === '' ? await cardsInTrouble(tx) : [];
  return { comparisons: await compare([...swept.suspects, ...inTrouble]), swept };
};

/** Cards whose difference waits to be confirmed. */
const unconfirmedCards = (tx: Transaction): Promise<string[]> =>
  tx.rows(cardRow, sql`/* regie:cards */ select card_id from console.mismatch_looks where not confirmed`);

/** Cards that a sweep compares in any case, so that what is wrong with them clears. */
const cardsInTrouble = (tx: Transaction): Promise<string[]> =>
  tx.inBulk((bulk) =>
    bulk.rows(
      cardRow,
      sql`/* regie:cards */
        select card_id from console.mismatch_looks
        union
        select card_id from console.findings
        where cleared_at is null and card_id is not null
          and algorithm in ('balance_mismatch_detection', 'negative_balance_detection')
          and event_id in (select event_id from public.monitoring_events where status in ('OPEN', 'INVESTIGATING'))`,
    ),
  );

/**
 * The next batch of the sweep: cards after `after` that differ from the ledger or are below zero, because a card can
 * change without any log row. By primary key on both sides.
 */
const sweepBatch = async (
  tx: Transaction,
  after: string,
  batch = SWEEP_BATCH,
): Promise<{ suspects: string[]; last: string | null; cards: number }> => {
  const { last, cards } = await tx.row(
    batchRow,
    sql`/* regie:sweep */
      select max(id) as last, count(*) as cards from (
        select id from public.table_cards where id > ${after} order by id limit ${batch}) as batch`,
  );
  if (last === null) return { suspects: [], last: null, cards: 0 };
  const found = await tx.inBulk((bulk) =>
    bulk.rows(
      suspectRow,
      sql`/* regie:sweep */
        select console.key_of(c.id) as card_id, octet_length(c.id) > ${KEY_BYTES} as too_long
        from public.table_cards c
        left join console.card_ledger l on l.card_id = c.id and l.card_id > ${after} and l.card_id <= ${last}
        where c.id > ${after} and c.id <= ${last}
          and (console.amount_of(c.amount) < 0
            or c.amount is not null and console.amount_of(c.amount) is null
            or abs(coalesce(console.amount_of(c.amount), 0) * 100 - coalesce(l.expected_cents, 0)) > ${TOLERANCE_CENTS}
            or octet_length(c.id) > ${KEY_BYTES})
        order by c.id`,
    ),
  );
  const tooLong = found.filter((row) => row.too_long);
  await setAsideCards(
    tx,
    tooLong.map(({ card_id: key }) => ({ key, reason: 'id_too_long', value: key })),
  );
  const suspects = found.filter((row) => !row.too_long).map((row) => row.card_id);
  return { suspects, last: cards < batch ? null : last, cards };
};

/** Cards that were changed lately and differ or are below zero. By the festival's own index on updated_at. */
const sweepMoved = (tx: Transaction, seconds: number): Promise<string[]> =>
  tx.inBulk((bulk) =>
    bulk.rows(
      cardRow,
      sql`/* regie:sweep */
        select c.id as card_id
        from public.table_cards c
        left join console.card_ledger l on l.card_id = c.id
        where c.updated_at > now() - make_interval(secs => ${seconds})
          and (console.amount_of(c.amount) < 0
            or c.amount is not null and console.amount_of(c.amount) is null
            or abs(coalesce(console.amount_of(c.amount), 0) * 100 - coalesce(l.expected_cents, 0)) > ${TOLERANCE_CENTS})
          and octet_length(c.id) <= ${KEY_BYTES}`,
    ),
  );

const indexRow = z.object({ by_card: z.boolean(), by_change: z.boolean() });

/** Which indexes of its own the festival keeps: what may be asked without reading a whole table. */
export const readIndexes = (tx: Transaction): Promise<z.output<typeof indexRow>> =>
  tx.row(
    indexRow,
    sql`/* regie:indexes */
      with first_column as (
        select i.indrelid, a.attname
        from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indisvalid and i.indpred is null)
      select
        exists (select from first_column where indrelid = to_regclass('public.app_transaction_log') and attname = 'card_id') as by_card,
        exists (select from first_column where indrelid = to_regclass('public.table_cards') and attname = 'updated_at') as by_change`,
  );

/**
 * Some cards against the ledger, in the caller's snapshot: those of them that differ, are below zero, or were so
 * the last time. By primary key. `verify`: before a difference is confirmed, the card's history is read again from the log,
 * so that a row that was changed after it had been read makes no alert; only where the festival keeps an index for that.
 */
const compareCards = async (
  tx: Transaction,
  cards: readonly string[],
  { verify }: { verify: boolean },
): Promise<CardComparison[]> => {
  if (cards.length === 0) return [];
  const compared = await tx.rows(
    comparisonRow,
    sql`/* regie:cards */
      select c.id, case when c.amount is null then 0 else console.amount_of(c.amount) end as actual,
        case when console.amount_of(c.amount) is null then console.amount_problem(c.amount::text) end as reason,
        case when console.amount_of(c.amount) is null then left(c.amount::text, 200) end as value,
        case when abs(l.expected_cents) > ${Number.MAX_SAFE_INTEGER} then l.expected_cents::text end as beyond,
        case when abs(l.expected_cents) <= ${Number.MAX_SAFE_INTEGER} then l.expected_cents else 0 end as expected_cents,
        coalesce(l.completed_count + l.failed_count, 0) as transaction_count,
        (extract(epoch from l.last_transaction_at) * 1000000)::bigint as last_transaction_at,
        -- Some festivals do not have the column.
        (extract(epoch from console.time_of(to_jsonb(c) ->> 'updated_at')) * 1000000)::bigint as changed_at,
        m.discrepancy_cents as noted_cents,
        coalesce(m.first_seen_at <= now() - make_interval(secs => ${CONFIRM_AFTER_SECONDS}), false) as old_enough,
        coalesce(m.confirmed, false) as confirmed
      from unnest(${cards}::text[]) as asked (card)
      -- A card at a time: hundreds of them are no reason to read all.
      cross join lateral (select * from public.table_cards where id = asked.card offset 0) as c
      left join lateral (select * from console.card_ledger where card_id = asked.card offset 0) as l on true
      left join console.mismatch_looks m on m.card_id = c.id
      -- What is well with a card and was so before is most of them, and needs no comparison.
      where console.amount_of(c.amount) < 0
        or c.amount is not null and console.amount_of(c.amount) is null
        or abs(coalesce(console.amount_of(c.amount), 0) * 100 - coalesce(l.expected_cents, 0)) > ${TOLERANCE_CENTS}
        or m.card_id is not null
        or exists (
          -- By card, whatever the statistics of a moment before say: thousands of them may have come at once.
          select from (
            select algorithm from console.findings where card_id = asked.card and cleared_at is null offset 0) as f
          where f.algorithm in ('balance_mismatch_detection', 'negative_balance_detection'))`,
  );
  const rows: ComparisonRow[] = [];
  const odd: OddCard[] = [];
  for (const { actual, reason, value, beyond, ...row } of compared) {
    if (beyond !== null) odd.push({ key: row.id, reason: 'amount_out_of_range', value: beyond });
    else if (actual === null) odd.push({ key: row.id, reason: reason ?? 'unreadable', value: value ?? '' });
    else rows.push({ ...row, actual });
  }
  await setAsideCards(tx, odd);
  return noteDifferences(tx, rows, verify ? await repair(tx, rows.filter(isAboutToCount)) : new Map());
};

const discrepancyOf = (row: ComparisonRow, expected = row.expected_cents): Cents => cents(row.actual - expected);
const isAboutToCount = (row: ComparisonRow): boolean =>
  !row.confirmed &&
  row.old_enough &&
  Math.abs(discrepancyOf(row)) > TOLERANCE_CENTS &&
  row.noted_cents === discrepancyOf(row);

/** Sets the ledger of these cards to what their whole history says. @returns what it was before where that differed. */
const repair = async (tx: Transaction, rows: readonly ComparisonRow[]): Promise<Map<string, number>> => {
  if (rows.length === 0) return new Map();
  const histories = await tx.rows(
    historyRow,
    // By the festival's own index on card_id.
    sql`/* regie:verify */
      select l.card_id, (sum(console.ledger_amount(console.word_of(l.transaction_type), console.word_of(l.status),
          console.amount_of(l.amount_involved), console.json_of(l.details))) * 100
        + coalesce((select balance * 100 from console.carried_balances b where b.card_id = l.card_id), 0))::bigint as expected_cents
      from public.app_transaction_log l
      where l.card_id = any (${rows.map(({ id }) => id)}::text[])
        and l.log_id > (select carried_to from console.log_history)
      group by l.card_id`,
  );
  const before = new Map(rows.map((row) => [row.id, row.expected_cents]));
  const wrong = histories.filter((row) => before.get(row.card_id) !== row.expected_cents);
  if (wrong.length === 0) return new Map();
  await setLedger(tx, wrong);
  return new Map(wrong.map((row) => [row.card_id, row.expected_cents]));
};

/** Puts recomputed expected balances into the ledger. */
export const setLedger = async (
  tx: Transaction,
  wrong: readonly { readonly card_id: string; readonly expected_cents: number }[],
): Promise<void> => {
  await tx.run(sql`/* regie:repair */
    insert into console.card_ledger as ledger (card_id, expected_cents, last_log_id)
    select w.card_id, w.expected, ${LOWEST_ID}::bigint
    from unnest(${wrong.map((row) => row.card_id)}::text[], ${wrong.map((row) => row.expected_cents)}::bigint[])
      as w (card_id, expected)
    on conflict (card_id) do update set expected_cents = excluded.expected_cents, updated_at = now()`);
};

/** Notes since when each difference has been seen, and which ones are confirmed by being seen again. */
const noteDifferences = async (
  tx: Transaction,
  rows: readonly ComparisonRow[],
  repaired: ReadonlyMap<string, number>,
): Promise<CardComparison[]> => {
  const first: { cardId: string; discrepancy: Cents }[] = [];
  const second: string[] = [];
  const gone: string[] = [];
  const comparisons = rows.map((row): CardComparison => {
    const history = repaired.get(row.id);
    const expected = cents(history ?? row.expected_cents);
    const discrepancy = discrepancyOf(row, expected);
    const differs = Math.abs(discrepancy) > TOLERANCE_CENTS;
    const same = row.noted_cents === discrepancy;
    const confirmed = differs && same && (row.confirmed || row.old_enough);
    if (!differs && row.noted_cents !== null) gone.push(row.id);
    if (differs && !same) first.push({ cardId: row.id, discrepancy });
    if (confirmed && !row.confirmed) second.push(row.id);
    return {
      cardId: row.id,
      actual: row.actual,
      expected,
      transactionCount: row.transaction_count,
      lastTransactionAt: row.last_transaction_at,
      changedAt: row.changed_at,
      repairedFrom: history === undefined ? null : cents(row.expected_cents),
      confirmed,
    };
  });
  if (first.length > 0) {
    await tx.run(sql`/* regie:cards */
      insert into console.mismatch_looks (card_id, discrepancy_cents, first_seen_at)
      select first.card_id, first.discrepancy, now()
      from unnest(${first.map((one) => one.cardId)}::text[], ${first.map((one) => one.discrepancy)}::bigint[])
        as first (card_id, discrepancy)
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
  return comparisons;
};
