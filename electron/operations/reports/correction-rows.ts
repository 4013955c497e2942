import { z } from 'zod';
import { ZERO } from '../../../shared/domain/money.ts';
import type { FestivalReport } from '../../../shared/domain/report.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { reconcile } from '../corrections/reconcile.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

type Corrections = FestivalReport['corrections'];
type Sum = Corrections['total'];

const sumRow = z.object({
  what: z.enum(['all', 'kind', 'day', 'place', 'person']),
  of: z.string(),
  groups: countColumn,
  count: countColumn,
  undone: countColumn,
  given: centsColumn,
  taken: centsColumn,
  ledger: centsColumn,
});

/** Where a correction's alert was: as the alert says, else where its card was used last when it was raised. */
const sums = (tx: Transaction, { from, to, timeZone }: Stretch) =>
  tx.rows(
    sumRow,
    sql`/* regie:report */
      with correction as (
        select c.kind, (c.applied_at at time zone ${timeZone})::date::text as day, c.operator as person, c.undone_by,
          c.card_delta, c.ledger_delta, left(coalesce(e.event_data ->> 'point_of_sale', e.event_data ->> 'device_identifier',
            jsonb_path_query_array(e.context_data, '$.transactions[*].point_of_sale ? (@.type() == "string")') ->> -1, ''), 200) as place
        from console.corrections c left join public.monitoring_events e using (event_id)
        where c.applied_at >= ${from}::timestamptz and c.applied_at < ${to}::timestamptz
      ), summed as (
        select case when grouping(kind) = 0 then 'kind' when grouping(day) = 0 then 'day' when grouping(place) = 0 then 'place'
            when grouping(person) = 0 then 'person' else 'all' end as what, coalesce(kind, day, place, person, '') as of,
          count(*) as count, count(undone_by) as undone,
          coalesce(sum(card_delta) filter (where card_delta > 0), 0) as given,
          coalesce(-sum(card_delta) filter (where card_delta < 0), 0) as taken, coalesce(sum(ledger_delta), 0) as ledger
        from correction group by grouping sets ((), (kind), (day), (place), (person))
      ), ranked as (
        select *, count(*) over (partition by what) as groups,
          row_number() over (partition by what order by case what when 'day' then of end, count desc, of) as rank
        from summed
      )
      select what, of, groups, count, undone, given, taken, ledger from ranked where rank <= ${MOST_ROWS}::int order by what, rank`,
  );

const correctionRow = z.object({
  operation_id: z.uuid(),
  at: instantColumn,
  kind: z.string(),
  card_id: z.string(),
  card_delta: centsColumn,
  ledger_delta: centsColumn,
  place: z.string().nullable(),
  event_id: idColumn.nullable(),
  reason: z.string(),
  author: z.string(),
  approver: z.string().nullable(),
  undone_by: z.uuid().nullable(),
});

const list = async (tx: Transaction, { from, to }: Stretch) => {
  const rows = await tx.rows(
    correctionRow,
    sql`/* regie:report */
      select c.operation_id::text, c.applied_at as at, c.kind, c.card_id, c.card_delta, c.ledger_delta,
        left(coalesce(e.event_data ->> 'point_of_sale', e.event_data ->> 'device_identifier',
          jsonb_path_query_array(e.context_data, '$.transactions[*].point_of_sale ? (@.type() == "string")') ->> -1), 200) as place,
        c.event_id, left(c.reason, 500) as reason, c.operator as author, c.approver, c.undone_by::text
      from console.corrections c left join public.monitoring_events e using (event_id)
      where c.applied_at >= ${from}::timestamptz and c.applied_at < ${to}::timestamptz
      order by c.applied_at, c.operation_id limit ${MOST_CORRECTIONS}`,
  );
  return rows.map(({ operation_id, card_id, card_delta, ledger_delta, event_id, undone_by, ...row }) => ({
    ...{ ...row, operationId: operation_id, cardId: card_id, cardDelta: card_delta, ledgerDelta: ledger_delta },
    ...{ eventId: event_id, undoneBy: undone_by },
  }));
};

/** All of them, unless a festival has corrected more cards than it has visitors: some megabytes. */
const MOST_CORRECTIONS = 5_000;
/** Rows that are named for each rule that does not hold. */
const MOST_BROKEN = 20;

/** @param whole also ask what `npm run reconcile` says of the whole festival */
export const readCorrections = async (tx: Transaction, stretch: Stretch, whole: boolean): Promise<Corrections> => {
  const rows = await sums(tx, stretch);
  const of = (what: z.output<typeof sumRow>['what']) => {
    const some = rows.filter((row) => row.what === what);
    return firstOf(
      some.map(({ what: _, groups: __, ...sum }) => sum),
      MOST_ROWS,
      some[0]?.groups,
    );
  };
  const [total = NONE] = of('all').rows;
  return {
    total,
    ...{ kinds: of('kind'), days: of('day'), places: of('place'), people: of('person') },
    list: firstOf(await list(tx, stretch), MOST_CORRECTIONS, total.count),
    reconciled: whole ? await readReconciled(tx) : null,
  };
};

const NONE: Sum = { of: '', count: 0, undone: 0, given: ZERO, taken: ZERO, ledger: ZERO };

const readReconciled = async (tx: Transaction): Promise<Corrections['reconciled']> => {
  const { ok, corrections, auditRows, broken } = await reconcile({ read: (work) => work(tx) });
  return {
    ...{ ok, corrections, auditRows },
    broken: broken.map(({ invariant, says, count, rows }) => ({
      ...{ invariant, says, count },
      rows: rows.slice(0, MOST_BROKEN).map(({ row, why }) => `${row}: ${why}`),
    })),
  };
};
