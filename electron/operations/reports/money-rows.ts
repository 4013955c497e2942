import { z } from 'zod';
import { addCents, subtractCents, ZERO } from '../../../shared/domain/money.ts';
import type { FestivalReport, ReportHead } from '../../../shared/domain/report.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { plannedAnew, sql } from '../../postgres/sql.ts';
import { readOrders } from './order-rows.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

type Money = FestivalReport['money'];

const trafficRow = z.object({
  what: z.enum(['all', 'day', 'place', 'type']),
  inside: z.boolean(),
  day: z.string().nullable(),
  place: z.string().nullable(),
  type: z.string().nullable(),
  status: z.string().nullable(),
  groups: countColumn,
  count: countColumn,
  transactions: countColumn,
  failed: countColumn,
  undated: countColumn,
  takings: centsColumn,
  top_ups: centsColumn,
  amount: centsColumn,
  expected: centsColumn,
  first_id: idColumn.nullable(),
  last_id: idColumn.nullable(),
});
type TrafficRow = z.output<typeof trafficRow>;

/** What the log says, in one pass over it: of the stretch by day, place and type, and of everything that it ever had. */
const readTraffic = (tx: Transaction, { from, to, timeZone }: Stretch): Promise<TrafficRow[]> =>
  tx.rows(
    trafficRow,
    plannedAnew(sql`/* regie:report */
      with rows as (
        select l.log_id, at, at is null as undated, at >= ${from}::timestamptz and at < ${to}::timestamptz as dated_inside,
          console.type_word(console.word_of(l.transaction_type)) as type,
          console.known_status(console.word_of(l.status), l.meanings) as status,
          console.amount_of(l.amount_involved) as amount,
          console.ledger_amount(console.word_of(l.transaction_type), console.word_of(l.status),
            console.amount_of(l.amount_involved), l.facts, l.meanings) as expected,
          console.word_of(coalesce(l.facts ->> 'point_of_sale', l.facts ->> 'bar', l.facts ->> 'location')) as place
        from (
          select t.*, meant.meanings, console.time_of(t.timestamp) as at, console.json_of(t.details) as facts
          from (select console.meanings() as meanings offset 0) as meant
          cross join (select null::jsonb as details, null::timestamptz as timestamp) as absent
          cross join lateral (
            select log_id, transaction_type, status, amount_involved, details, timestamp from public.app_transaction_log
            where log_id > (select carried_to from console.log_history)) as t) as l
      ), placed as (
        select log_id, undated, amount, expected, coalesce(dated_inside, false) as inside,
          case when dated_inside then (at at time zone ${timeZone})::date::text end as day,
          case when dated_inside then coalesce(place, '') end as place,
          case when dated_inside then type end as type, case when dated_inside then status end as status
        from rows
      ), counted as (
        select case when grouping(day) = 0 then 'day' when grouping(place) = 0 then 'place' when grouping(type) = 0 then 'type'
            else 'all' end as what,
          inside, day, place, type, status, count(*) as count,
          -- Corrections are the console's own doing and no traffic.
          count(*) filter (where type <> 'manual_correction' and status in ('completed', 'failed')) as transactions,
          count(*) filter (where type <> 'manual_correction' and status = 'failed') as failed,
          count(*) filter (where undated) as undated,
          coalesce(sum(amount) filter (where status = 'completed' and type = 'bar_order'), 0) as takings,
          coalesce(sum(amount) filter (where status = 'completed' and type in ('stripe_recharge', 'checkpoint_recharge')), 0) as top_ups,
          coalesce(sum(amount), 0) as amount, coalesce(sum(expected), 0) as expected,
          min(log_id) as first_id, max(log_id) as last_id
        from placed
        group by grouping sets ((inside), (inside, day), (inside, place), (inside, type, status))
      ), ranked as (
        select *, count(*) over (partition by what, inside) as groups,
          row_number() over (partition by what, inside order by case what when 'day' then day end, count desc, place, type, status) as rank
        from counted where inside or what = 'all'
      )
      select what, inside, day, place, type, status, groups, count, transactions, failed, undated, round(takings, 2) as takings,
        round(top_ups, 2) as top_ups, round(amount, 2) as amount, round(expected, 2) as expected, first_id, last_id
      from ranked where rank <= ${MOST_ROWS}::int order by what, inside, rank`),
  );

const cardsRow = z.object({
  cards: countColumn,
  on_cards: centsColumn,
  negative_cards: countColumn,
  negative: centsColumn,
  without_amount: countColumn,
  unreadable: countColumn,
});

/** The money on cards, by the cards alone. */
const readCards = (tx: Transaction) =>
  tx.row(
    cardsRow,
    sql`/* regie:report */
      select count(*) as cards, round(coalesce(sum(amount), 0), 2) as on_cards,
        count(*) filter (where amount < 0) as negative_cards,
        round(coalesce(sum(amount) filter (where amount < 0), 0), 2) as negative,
        count(*) filter (where absent) as without_amount, count(*) filter (where amount is null and not absent) as unreadable
      from (select console.amount_of(amount) as amount, amount is null as absent from public.table_cards) as card`,
  );

const differingRow = z.object({
  card_id: z.string(),
  on_card: centsColumn,
  by_log: centsColumn,
  cards: countColumn,
});

/** Cards that hold something else than the log says, those by most first. */
const readDiffering = (tx: Transaction) =>
  tx.rows(
    differingRow,
    plannedAnew(sql`/* regie:report */
      with logged as (
        select card_id, sum(amount) as amount from (
          select console.key_of(t.card_id) as card_id, sum(console.ledger_amount(console.word_of(t.transaction_type),
            console.word_of(t.status), console.amount_of(t.amount_involved), console.json_of(t.details), meant.meanings)) as amount
          from (select console.meanings() as meanings offset 0) as meant
          cross join (select null::jsonb as details) as absent
          cross join lateral (
            select log_id, card_id, transaction_type, status, amount_involved, details from public.app_transaction_log
            where log_id > (select carried_to from console.log_history)) as t
          group by 1
          union all
          select card_id, balance from console.carried_balances) as parts
        group by card_id
      ), held as (
        select console.key_of(id) as card_id, coalesce(sum(console.amount_of(amount)), 0) as amount
        from public.table_cards group by 1
      )
      select card_id, round(coalesce(h.amount, 0), 2) as on_card, round(coalesce(l.amount, 0), 2) as by_log,
        count(*) over () as cards
      from held h full join logged l using (card_id)
      where coalesce(h.amount, 0) <> coalesce(l.amount, 0)
      order by abs(coalesce(h.amount, 0) - coalesce(l.amount, 0)) desc, card_id
      limit ${MOST_ROWS}`),
  );

const carriedRow = z.object({ carried: centsColumn, shrank: z.boolean() });
const momentRow = z.object({ log_id: idColumn, at: instantColumn });

/** What the festival took and owes, each by two statements that know nothing of each other (docs/reports.md). */
export const readMoney = async (
  tx: Transaction,
  stretch: Stretch,
): Promise<{ money: Money; transactions: ReportHead['transactions'] }> => {
  const traffic = await readTraffic(tx, stretch);
  const { carried, shrank } = await tx.row(
    carriedRow,
    sql`/* regie:report */
      select round(coalesce(sum(balance), 0), 2) as carried, console.history_shrank() as shrank from console.carried_balances`,
  );
  const { cards, on_cards: onCards, ...held } = await readCards(tx);
  const differing = await readDiffering(tx);
  const inside = traffic.filter((row) => row.inside);
  const of = (what: TrafficRow['what']) => inside.filter((row) => row.what === what);
  const all = traffic.filter(({ what }) => what === 'all');
  const byLog = addCents(carried, ...all.map(({ expected }) => expected));
  const [total] = of('all');
  const listed = (what: TrafficRow['what']) => firstOf(of(what), MOST_ROWS, of(what)[0]?.groups);
  const days = listed('day');
  const places = listed('place');
  const types = listed('type');
  return {
    transactions: await readEnds(
      tx,
      total,
      all.reduce((sum, { undated }) => sum + undated, 0),
    ),
    money: {
      total: taken(total),
      days: { ...days, rows: days.rows.map((row) => ({ day: row.day ?? '', ...taken(row) })) },
      places: { ...places, rows: places.rows.map((row) => ({ place: row.place ?? '', ...taken(row) })) },
      types: {
        ...types,
        rows: types.rows.map(({ type, status, count, amount, expected }) => ({
          ...{ type: type ?? '', status: status ?? '', count, amount, expected },
        })),
      },
      liabilities: {
        ...{ cards, onCards, byLog, difference: subtractCents(onCards, byLog), historyShrank: shrank },
        ...{ negativeCards: held.negative_cards, negative: held.negative },
        ...{ withoutAmount: held.without_amount, unreadable: held.unreadable },
        differing: firstOf(differing.map(cardOf), MOST_ROWS, differing[0]?.cards),
      },
      orders: await readOrders(
        tx,
        stretch,
        new Map(places.rows.map(({ place, takings }) => [place ?? '', takings])),
        taken(total).takings,
      ),
    },
  };
};

const taken = (row: TrafficRow | undefined) => ({
  transactions: row?.transactions ?? 0,
  failed: row?.failed ?? 0,
  takings: row?.takings ?? ZERO,
  topUps: row?.top_ups ?? ZERO,
});

const cardOf = ({ card_id: cardId, on_card: onCard, by_log: byLog }: z.output<typeof differingRow>) => ({
  ...{ cardId, onCard, byLog },
  difference: subtractCents(onCard, byLog),
});

const countedRow = z.object({
  count: countColumn,
  undated: countColumn,
  first_id: idColumn.nullable(),
  last_id: idColumn.nullable(),
});

/** Of which rows of the log a review is, which counts no money. */
export const readTransactions = async (tx: Transaction, { from, to }: Stretch): Promise<ReportHead['transactions']> => {
  const counted = await tx.row(
    countedRow,
    sql`/* regie:report */
      select count(*) filter (where inside) as count, count(*) filter (where at is null) as undated,
        min(log_id) filter (where inside) as first_id, max(log_id) filter (where inside) as last_id
      from (
        select t.log_id, t.at, t.at >= ${from}::timestamptz and t.at < ${to}::timestamptz as inside
        from (select log_id, console.time_of(timestamp) as at from public.app_transaction_log) as t) as dated`,
  );
  return readEnds(tx, counted, counted.undated);
};

/** The first and the last row of the stretch, by their ids. */
const readEnds = async (
  tx: Transaction,
  total: Pick<TrafficRow, 'first_id' | 'last_id' | 'count'> | undefined,
  undated: number,
): Promise<ReportHead['transactions']> => {
  const { first_id: first = null, last_id: last = null } = total ?? {};
  const moments = await tx.rows(
    momentRow,
    sql`/* regie:report */
      select log_id, coalesce(console.time_of(timestamp), 'epoch') as at from public.app_transaction_log
      where log_id = any (${[first, last].filter((id) => id !== null)}::bigint[])`,
  );
  const momentOf = (id: string | null) => {
    const found = moments.find(({ log_id }) => log_id === id);
    return found === undefined ? null : { id: found.log_id, at: found.at };
  };
  return {
    ...{ count: total?.count ?? 0, first: momentOf(first), last: momentOf(last), undated },
  };
};
