import { z } from 'zod';
import { addCents, type Cents, subtractCents, ZERO } from '../../../shared/domain/money.ts';
import type { FestivalReport } from '../../../shared/domain/report.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn } from '../../postgres/rows.ts';
import { plannedAnew, sql } from '../../postgres/sql.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

type Orders = FestivalReport['money']['orders'];

const readableRow = z.object({ readable: z.boolean() });
const placeRow = z.object({ place: z.string(), by_orders: centsColumn });
const differingRow = z.object({
  place: z.string(),
  card_id: z.string(),
  request: z.string().nullable(),
  log_id: idColumn.nullable(),
  by_log: centsColumn.nullable(),
  by_orders: centsColumn.nullable(),
  all: countColumn,
});

/** Of a festival that names no place at all, or a new one each time. */
const MOST_PLACES = 20_000;

/**
 * Takings by the festival's own orders, beside those by the log, and the orders that make the difference. Null where this
 * login cannot read the orders.
 * @param byLog takings of each place, as the log says them; `total`: of all, also where there are more places than are listed
 */
export const readOrders = async (
  tx: Transaction,
  stretch: Stretch,
  byLog: ReadonlyMap<string, Cents>,
  total: Cents,
): Promise<Orders> => {
  const { readable } = await tx.row(
    readableRow,
    sql`/* regie:report */
      select console.is_readable('bar_orders',
        array['card_id', 'total_amount', 'status', 'point_of_sale', 'client_request_id', 'created_at']) as readable`,
  );
  if (!readable) return null;
  const ordered = await tx.rows(
    placeRow,
    sql`/* regie:report */
      select console.word_of(coalesce(point_of_sale::text, '')) as place,
        round(coalesce(sum(console.amount_of(total_amount)), 0), 2) as by_orders
      from public.bar_orders
      where console.known_status(console.word_of(status)) = 'completed'
        and console.time_of(created_at) >= ${stretch.from}::timestamptz and console.time_of(created_at) < ${stretch.to}::timestamptz
      group by 1 order by 1 limit ${MOST_PLACES}`,
  );
  const byOrders = new Map(ordered.map((row) => [row.place, row.by_orders]));
  const places = [...new Set([...byLog.keys(), ...byOrders.keys()])].sort().map((place) => {
    const [logged, placed] = [byLog.get(place) ?? ZERO, byOrders.get(place) ?? ZERO];
    return { place, byLog: logged, byOrders: placed, difference: subtractCents(logged, placed) };
  });
  const differing = places.filter(({ difference }) => difference !== 0).map(({ place }) => place);
  const orders = differing.length === 0 ? [] : await readDiffering(tx, stretch, differing);
  const sums = { byLog: total, byOrders: addCents(...byOrders.values()) };
  return {
    ...sums,
    difference: subtractCents(sums.byLog, sums.byOrders),
    places: firstOf(
      places.filter(({ byLog: logged, byOrders: placed }) => logged !== 0 || placed !== 0),
      MOST_ROWS,
    ),
    differing: firstOf(orders.map(orderOf), MOST_ROWS, orders[0]?.all),
  };
};

/** Orders of these places by the request that both sides name; without one, those of a card with one amount. */
const readDiffering = (tx: Transaction, { from, to }: Stretch, places: readonly string[]) =>
  tx.rows(
    differingRow,
    plannedAnew(sql`/* regie:report */
      with logged as (
        select place, card_id, request, min(log_id) as log_id, sum(amount) as amount,
          coalesce(request, card_id || ' ' || coalesce(amount::text, '')) as named
        from (
          select t.log_id, console.key_of(t.card_id) as card_id, console.key_of(t.client_request_id) as request,
            console.amount_of(t.amount_involved) as amount,
            console.word_of(coalesce(t.facts ->> 'point_of_sale', t.facts ->> 'bar', t.facts ->> 'location', '')) as place
          from (
            select l.*, console.json_of(l.details) as facts, console.time_of(l.timestamp) as at
            from (select null::jsonb as details, null::timestamptz as timestamp, null::text as client_request_id) as absent
            cross join lateral (
              select log_id, card_id, transaction_type, status, amount_involved, details, timestamp, client_request_id
              from public.app_transaction_log where true) as l) as t
          where t.at >= ${from}::timestamptz and t.at < ${to}::timestamptz
            and console.type_word(console.word_of(t.transaction_type)) = 'bar_order'
            and console.known_status(console.word_of(t.status)) = 'completed') as rows
        where place = any (${[...places]}::text[])
        group by place, card_id, request, named
      ), placed as (
        select place, card_id, request, sum(amount) as amount,
          coalesce(request, card_id || ' ' || coalesce(amount::text, '')) as named
        from (
          select console.word_of(coalesce(point_of_sale::text, '')) as place, console.key_of(card_id) as card_id,
            console.key_of(client_request_id) as request, console.amount_of(total_amount) as amount
          from public.bar_orders
          where console.known_status(console.word_of(status)) = 'completed'
            and console.time_of(created_at) >= ${from}::timestamptz and console.time_of(created_at) < ${to}::timestamptz) as rows
        where place = any (${[...places]}::text[])
        group by place, card_id, request, named
      )
      select coalesce(l.place, p.place) as place, coalesce(l.card_id, p.card_id, '') as card_id,
        coalesce(l.request, p.request) as request, l.log_id, round(l.amount, 2) as by_log, round(p.amount, 2) as by_orders,
        count(*) over () as all
      from logged l full join placed p on (l.place, l.card_id, l.named) = (p.place, p.card_id, p.named)
      where l.amount is distinct from p.amount
      order by abs(coalesce(l.amount, 0) - coalesce(p.amount, 0)) desc, 1, 2, 3, 4 limit ${MOST_ROWS}`),
  );

const orderOf = ({
  card_id: cardId,
  log_id: logId,
  by_log: byLog,
  by_orders: byOrders,
  place,
  request,
}: z.output<typeof differingRow>) => ({
  ...{ place, cardId, request, logId, byLog, byOrders },
});
