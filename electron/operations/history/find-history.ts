import { z } from 'zod';
import {
  asksForEach,
  type HistoryFilter,
  type HistoryPage,
  type HistoryPlace,
  type HistoryRow,
  MOST_COUNTED,
} from '../../../shared/contract/history.ts';
import { cardIdReadings } from '../../../shared/domain/card-id.ts';
import { toNumeric } from '../../../shared/domain/money.ts';
import { parsedJsonObject } from '../../../shared/domain/primitives.ts';
import { isRowId } from '../../../shared/domain/row-id.ts';
import { eventStatusSchema, severitySchema } from '../../../shared/domain/severity.ts';
import { containing } from '../../postgres/like.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { plannedAnew, type Statement, sql } from '../../postgres/sql.ts';
import { numberIn, tsqueryOf } from './history-words.ts';

const PAGE = 100;
/** Events that are read for the history at once: less than a second of the server's time. */
export const READ_AT_ONCE = 2_000;

const stateRow = z.object({ whole: z.boolean() });
const foundRow = z.object({
  event_id: idColumn,
  incident_id: idColumn,
  at: instantColumn,
  severity: severitySchema.catch('HIGH'),
  status: eventStatusSchema.catch('RESOLVED'),
  algorithm: z.string(),
  card_id: z.string().nullable(),
  amount: centsColumn.nullable(),
  facts: parsedJsonObject.catch({}),
  place: z.string().nullable(),
  occurred_at: instantColumn.nullable(),
  resolved_at: instantColumn.nullable(),
  resolution: z.string().nullable(),
  people: z.array(z.string()),
  others: countColumn,
  kept: z.enum(['alerts', 'archive', 'gone']),
});

const toRow = (row: z.output<typeof foundRow>): HistoryRow => ({
  eventId: row.event_id,
  incidentId: row.incident_id,
  severity: row.severity,
  status: row.status,
  algorithm: row.algorithm,
  cardId: row.card_id,
  amountCents: row.amount,
  facts: row.facts,
  place: row.place,
  occurredAt: row.occurred_at ?? row.at,
  detectedAt: row.at,
  resolvedAt: row.resolved_at,
  resolution: row.resolution,
  people: row.people,
  others: row.others,
  kept: row.kept,
});

/**
 * A page of the alerts that ever were, the newest first; the next one begins after a row, so that nothing is left out or shown
 * twice while new ones come in.
 * @throws the driver's error when the festival's database does not answer.
 */
export const findHistory = async (
  database: FestivalDatabase,
  filter: HistoryFilter,
  after: HistoryPlace | null,
): Promise<HistoryPage> =>
  database.read(async (tx) => {
    const { whole } = await tx.row(
      stateRow,
      sql`/* regie:history */ select read_to is null as whole from console.history_state`,
    );
    const found = await tx.fittingRows(foundRow, pageStatement(filter, after, PAGE + 1), {
      name: 'monitoring_events',
      id: 'event_id',
    });
    const shown = found.slice(0, PAGE);
    const last = shown.at(-1);
    return {
      rows: shown.map(toRow),
      next: found.length > PAGE && last !== undefined ? { at: last.at, eventId: last.event_id } : null,
      whole,
    };
  });

/** How many alerts fit, up to one more than are counted. */
export const countHistory = (database: FestivalDatabase, filter: HistoryFilter): Promise<number> =>
  database.read(async (tx) => (await tx.row(z.object({ count: countColumn }), countStatement(filter))).count);

/** Takes in what has changed since the history was last read. */
export const catchUpHistory = (database: FestivalDatabase, most = READ_AT_ONCE): Promise<boolean> =>
  database.write(
    async (tx) =>
      (await tx.row(stateRow, sql`/* regie:history */ select console.catch_up_history(${most}) as whole`)).whole,
  );

type Asked = {
  readonly number: string | null;
  readonly words: string | null;
  readonly cards: readonly string[] | null;
  readonly place: string | null;
  readonly least: string | null;
  readonly most: string | null;
  readonly each: boolean;
};

const askedOf = (filter: HistoryFilter): Asked => {
  const number = numberIn(filter.words);
  const { card, place, least, most } = filter;
  return {
    number: number !== null && isRowId(number) ? number : null,
    words: number === null ? tsqueryOf(filter.words) : null,
    cards: card === null ? null : cardIdReadings(card).exact,
    place: place === null ? null : containing(place),
    least: least === null ? null : toNumeric(least),
    most: most === null ? null : toNumeric(most),
    each: asksForEach(filter),
  };
};

// By the index on the time of all, or of those that lead an incident; by words, people and cards through theirs.
const pageStatement = (filter: HistoryFilter, after: HistoryPlace | null, limit: number): Statement => {
  const { number, words, cards, place, least, most, each } = askedOf(filter);
  const { from, until, detector, severity, status, operator } = filter;
  return plannedAnew(sql`/* regie:history */
    with page as (
      select h.* from console.history h
      where (${after?.at ?? null}::timestamptz is null or (h.at, h.event_id) < (${after?.at ?? null}::timestamptz, ${after?.eventId ?? null}::bigint))
        and (${each} or h.leads)
        and (${from}::timestamptz is null or h.at >= ${from}::timestamptz)
        and (${until}::timestamptz is null or h.at < ${until}::timestamptz)
        and (${detector}::text is null or h.algorithm = ${detector})
        and (${severity}::text is null or h.severity = ${severity})
        and (${status}::text is null or h.status = ${status})
        and (${operator}::text is null or h.people @> array[${operator}::text])
        and (${least}::numeric is null or abs(h.amount) >= ${least}::numeric)
        and (${most}::numeric is null or abs(h.amount) <= ${most}::numeric)
        and (${cards}::text[] is null or h.card_id = any (${cards}::text[]))
        and (${place}::text is null or h.place ilike ${place})
        and (${number}::bigint is null or h.event_id = ${number}::bigint or h.incident_id = ${number}::bigint)
        and (${words}::tsquery is null or h.words @@ ${words}::tsquery)
      order by h.at desc, h.event_id desc limit ${limit}
    )
    select h.event_id, h.incident_id, h.at, coalesce(e.severity, h.severity) as severity, coalesce(e.status, h.status) as status,
      h.algorithm, h.card_id, h.amount::numeric(10,2) as amount, h.place, to_jsonb(h.people) as people,
      coalesce(console.json_of(e.event_data), m.data -> 'event_data', '{}') as facts,
      coalesce(console.time_of(a.occurred_at), console.time_of(g.data ->> 'occurred_at')) as occurred_at,
      coalesce(console.time_of(e.resolved_at), console.time_of(m.data ->> 'resolved_at')) as resolved_at,
      left(coalesce(e.resolution_notes, m.data ->> 'resolution_notes'), 2000) as resolution,
      (select count(*) - 1 from (select from console.history o where o.incident_id = h.incident_id limit 101) as few) as others,
      case when e.event_id is not null then 'alerts' when m.row_id is not null then 'archive' else 'gone' end as kept
    from page h
    left join public.monitoring_events e using (event_id)
    left join console.alerts a using (event_id)
    left join console.archive m on e.event_id is null and m.source = 'monitoring_events' and m.row_id = h.event_id::text
    left join console.archive g on e.event_id is null and g.source = 'alerts' and g.row_id = h.event_id::text
    order by h.at desc, h.event_id desc`);
};

const countStatement = (filter: HistoryFilter): Statement => {
  const { number, words, cards, place, least, most, each } = askedOf(filter);
  const { from, until, detector, severity, status, operator } = filter;
  return plannedAnew(sql`/* regie:history */
    select count(*) as count from (
      select from console.history h
      where (${each} or h.leads)
        and (${from}::timestamptz is null or h.at >= ${from}::timestamptz)
        and (${until}::timestamptz is null or h.at < ${until}::timestamptz)
        and (${detector}::text is null or h.algorithm = ${detector})
        and (${severity}::text is null or h.severity = ${severity})
        and (${status}::text is null or h.status = ${status})
        and (${operator}::text is null or h.people @> array[${operator}::text])
        and (${least}::numeric is null or abs(h.amount) >= ${least}::numeric)
        and (${most}::numeric is null or abs(h.amount) <= ${most}::numeric)
        and (${cards}::text[] is null or h.card_id = any (${cards}::text[]))
        and (${place}::text is null or h.place ilike ${place})
        and (${number}::bigint is null or h.event_id = ${number}::bigint or h.incident_id = ${number}::bigint)
        and (${words}::tsquery is null or h.words @@ ${words}::tsquery)
      limit ${MOST_COUNTED + 1}) as few`);
};
