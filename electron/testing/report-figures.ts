import type pg from 'pg';
import { expect } from 'vitest';
import type { FestivalReport } from '../../shared/domain/report.ts';

/* Each section of a festival's report as somebody with psql would count it: plain statements over the tables alone, which share
   nothing with those of the report. Amounts are cents, times are as the database prints them in JSON. */

type Of = { readonly from: string; readonly to: string; readonly zone: string };

/** What one statement says, as JSON: `$1` and `$2` are the stretch, `$3` the festival's zone. */
const askJson = async <Said>(admin: pg.ClientBase, { from, to, zone }: Of, text: string): Promise<Said> => {
  // A statement that needs no zone must not be asked with one of unknown type.
  const { rows } = await admin.query<{ said: Said }>(
    `select coalesce(json_agg(row_to_json(said)), '[]') as said
     from (${text}) as said cross join (select $1::timestamptz, $2::timestamptz, $3::text) as asked (a, b, c)`,
    [from, to, zone],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no answer');
  return row.said;
};

/** Rows of the log that lie in the stretch, corrections apart. */
const TRAFFIC = `(select *, details ->> 'point_of_sale' as place, (timestamp at time zone $3)::date::text as day
  from app_transaction_log where timestamp >= $1 and timestamp < $2)`;
const TAKEN = `
  count(*) filter (where transaction_type <> 'manual_correction')::int as transactions,
  count(*) filter (where transaction_type <> 'manual_correction' and status = 'failed')::int as failed,
  (coalesce(sum(amount_involved) filter (where status = 'completed' and transaction_type = 'bar_order'), 0) * 100)::int as takings,
  (coalesce(sum(amount_involved) filter (where status = 'completed' and transaction_type like '%_recharge'), 0) * 100)::int as "topUps"`;
/** What a row adds to what its card should hold. */
const EXPECTED = `case when status <> 'completed' then 0 when transaction_type = 'bar_order' then -amount_involved
  when transaction_type = 'manual_correction' then (details ->> 'ledger_delta')::numeric else amount_involved end`;

type Money = FestivalReport['money'];

export const moneyBySql = async (admin: pg.ClientBase, of: Of) => {
  const [total] = await askJson<Money['total'][]>(admin, of, `select ${TAKEN} from ${TRAFFIC} as t`);
  const [cards] = await askJson<{ cards: number; onCards: number; negativeCards: number; negative: number }[]>(
    admin,
    of,
    `select count(*)::int as cards, (sum(amount) * 100)::int as "onCards", count(*) filter (where amount < 0)::int as "negativeCards",
       (coalesce(sum(least(amount, 0)), 0) * 100)::int as negative from table_cards`,
  );
  return {
    total,
    days: await askJson<Money['days']['rows']>(
      admin,
      of,
      `select day, ${TAKEN} from ${TRAFFIC} as t group by day order by day`,
    ),
    places: await askJson<Money['places']['rows']>(
      admin,
      of,
      `select coalesce(place, '') as place, ${TAKEN} from ${TRAFFIC} as t group by place`,
    ),
    types: await askJson<Money['types']['rows']>(
      admin,
      of,
      `select transaction_type as type, status, count(*)::int as count, (sum(coalesce(amount_involved, 0)) * 100)::int as amount,
         (sum(${EXPECTED}) * 100)::int as expected from ${TRAFFIC} as t group by transaction_type, status`,
    ),
    cards,
    differing: await askJson<Money['liabilities']['differing']['rows']>(
      admin,
      of,
      `select id as "cardId", (amount * 100)::int as "onCard", (logged * 100)::int as "byLog", ((amount - logged) * 100)::int as difference
       from table_cards join (select card_id, sum(${EXPECTED}) as logged from app_transaction_log group by card_id) as log on card_id = id
       where amount <> logged`,
    ),
    orders: await askJson<{ place: string; byOrders: number }[]>(
      admin,
      of,
      `select point_of_sale as place, (sum(total_amount) * 100)::int as "byOrders" from bar_orders
       where status = 'completed' and created_at >= $1 and created_at < $2 group by point_of_sale`,
    ),
  };
};

/** Alerts of the stretch that are none of the records (INFO). */
const ALERTS = `(select e.*, a.committed_at, a.occurred_at, a.first_acknowledged_at, a.acknowledged_by, a.taken_by, a.recalled_at,
    a.reopened_at, a.cleared_at, a.incident_id, a.storm, coalesce(a.incident_id, e.event_id) = e.event_id as leads
  from monitoring_events e left join console.alerts a on a.event_id = e.event_id
  where detection_timestamp >= $1 and detection_timestamp < $2 and severity <> 'INFO')`;

/** As somebody says milliseconds with one digit behind the point. */
const tenth = (expression: string): string => `round((${expression})::numeric, 1)::float8`;
const delays = (ms: string): string => `case when count(${ms}) > 0 then json_build_object('count', count(${ms}),
  'median', ${tenth(`percentile_cont(0.5) within group (order by ${ms})`)},
  'p95', ${tenth(`percentile_cont(0.95) within group (order by ${ms})`)}, 'most', ${tenth(`max(${ms})`)}) end`;

type Detection = FestivalReport['detection'];

export const detectionBySql = async (admin: pg.ClientBase, of: Of) => ({
  detectors: await askJson<Detection['detectors']['rows']>(
    admin,
    of,
    `select detection_algorithm as algorithm, severity, count(*)::int as found, sum((status in ('OPEN', 'INVESTIGATING'))::int)::int as open,
       sum((status = 'RESOLVED')::int)::int as resolved, sum((status = 'FALSE_POSITIVE')::int)::int as "falsePositives",
       (sum(abs(coalesce(affected_amount, 0))) * 100)::int as amount, ${delays('ms')} as delay
     from (select *, greatest(0, extract(epoch from detection_timestamp - coalesce(committed_at, occurred_at)) * 1000)::float8 as ms
       from ${ALERTS} as alerts) as timed group by detection_algorithm, severity`,
  ),
  days: await askJson<Detection['days']['rows']>(
    admin,
    of,
    `select (detection_timestamp at time zone $3)::date::text as day, count(*)::int as events,
       sum((severity = 'CRITICAL')::int)::int as critical, round(avg(confidence_score), 3)::float8 as confidence,
       count(distinct card_id)::int as cards
     from monitoring_events where detection_timestamp >= $1 and detection_timestamp < $2 group by 1 order by 1`,
  ),
  issues: await askJson<Omit<Detection['issues']['rows'][number], 'at' | 'answeredAt' | 'endedAt'>[]>(
    admin,
    of,
    `select event_id::text as "eventId", severity, detection_algorithm as algorithm, card_id as "cardId",
       (affected_amount * 100)::int as amount, coalesce(event_data ->> 'point_of_sale', event_data ->> 'device_identifier') as place,
       status, coalesce(taken_by, acknowledged_by) as "answeredBy", resolution_notes as resolution
     from ${ALERTS} as alerts where leads`,
  ),
});

/** The guide's response times, and what became of each alert by them. */
export const responsesBySql = (admin: pg.ClientBase, of: Of) =>
  askJson<FestivalReport['responses']>(
    admin,
    of,
    `with answered as (
       select severity, cleared_at, status in ('RESOLVED', 'FALSE_POSITIVE') as closed, recalled_at, reopened_at, detection_timestamp,
         case when first_acknowledged_at is not null then first_acknowledged_at
           when status in ('RESOLVED', 'FALSE_POSITIVE') and cleared_at is null then resolved_at end as answer_at
       from ${ALERTS} as alerts where leads
     ), since as (
       select *, case when recalled_at <= answer_at or (recalled_at is not null and answer_at is null) then recalled_at
         when reopened_at is not null then reopened_at else detection_timestamp end as began_at from answered
     ), guide (severity, limit_of) as (
       values ('CRITICAL', interval '2 minutes'), ('HIGH', interval '5 minutes'), ('MEDIUM', interval '15 minutes'), ('LOW', interval '1 hour')
     ), timed as (
       select *, case when answer_at > began_at then extract(epoch from answer_at - began_at)::float8 * 1000
           when answer_at <= began_at then 0 end as ms from since join guide using (severity)
     )
     select g.severity, (extract(epoch from limit_of) * 1000)::int as limit,
       (select count(*)::int from timed t where t.severity = g.severity) as alerts,
       (select count(*)::int from timed t where t.severity = g.severity and answer_at <= began_at + t.limit_of) as "inTime",
       (select count(*)::int from timed t where t.severity = g.severity and answer_at > began_at + t.limit_of) as late,
       (select count(*)::int from timed t where t.severity = g.severity and answer_at is null and cleared_at is null and not closed
         and began_at + t.limit_of >= $2) as waiting,
       (select count(*)::int from timed t where t.severity = g.severity and answer_at is null and cleared_at is null
         and (closed or began_at + t.limit_of < $2)) as unanswered,
       (select count(*)::int from timed t where t.severity = g.severity and answer_at is null and cleared_at is not null) as cleared,
       (select ${delays('ms')} from timed t where t.severity = g.severity) as answer
     from guide g`,
  );

export const escalationsBySql = (admin: pg.ClientBase, of: Of) =>
  askJson<FestivalReport['escalations']['rows']>(
    admin,
    of,
    `select severity, step, contact, channel, ${['sent', 'failed', 'unknown', 'cancelled']
      .map((state) => `sum((state = '${state}')::int)::int as ${state}`)
      .join(', ')}, sum((state in ('due', 'sending'))::int)::int as pending
     from console.deliveries where operation_id is null and due_at >= $1 and due_at < $2 group by severity, step, contact, channel`,
  );

type Sum = FestivalReport['corrections']['total'];
/** By a column of the corrections. */
const correctionsBy = (admin: pg.ClientBase, of: Of, column: string) =>
  askJson<Sum[]>(
    admin,
    of,
    `select ${column} as of, count(*)::int as count, count(undone_by)::int as undone,
       (sum(greatest(card_delta, 0)) * 100)::int as given, (-sum(least(card_delta, 0)) * 100)::int as taken,
       (sum(ledger_delta) * 100)::int as ledger
     from console.corrections where applied_at >= $1 and applied_at < $2 group by 1`,
  );
export const correctionsBySql = async (admin: pg.ClientBase, of: Of) => ({
  total: (await correctionsBy(admin, of, `''`))[0],
  kinds: await correctionsBy(admin, of, 'kind'),
  people: await correctionsBy(admin, of, 'operator'),
  days: await correctionsBy(admin, of, '(applied_at at time zone $3)::date::text'),
  // None of them is about an alert, and so about no place.
  places: await correctionsBy(admin, of, `''`),
});

/** Alarm quality of a stretch: alerts of their own row, ten minutes of the clock, and who was there. */
export const alarmsBySql = async (admin: pg.ClientBase, of: Of) => {
  const begun = `with alarm as (
      select severity, detection_algorithm, detection_timestamp as at, floor(extract(epoch from detection_timestamp) / 600)::bigint as period,
        case when storm is null then coalesce(nullif(event_data ->> 'point_of_sale', ''), nullif(event_data ->> 'device_identifier', ''),
          (select t ->> 'point_of_sale' from jsonb_array_elements(case jsonb_typeof(context_data -> 'transactions') when 'array'
              then context_data -> 'transactions' else '[]' end) with ordinality as listed (t, nth)
            where jsonb_typeof(t -> 'point_of_sale') = 'string' order by nth desc limit 1), card_id) end as about
      from ${ALERTS} as alerts where leads
    ), load as (
      select period, count(*)::float8 / greatest(1, (select count(*) from console.attendance a where a.period = alarm.period)) as person
      from alarm group by period
    ), whole as (
      select * from load where period * 600 >= extract(epoch from $1) and (period + 1) * 600 <= extract(epoch from $2)
    ), source as (
      select detection_algorithm as algorithm, about, count(*)::int as alarms, bool_or(third - at < interval '1 minute') as chatters
      from (select *, lead(at, 2) over (partition by detection_algorithm, about order by at) as third from alarm) as nexts group by 1, 2
    )`;
  const [figures] = await askJson<Record<string, number>[]>(
    admin,
    of,
    `${begun} select (select count(*)::int from alarm) as alarms, (select coalesce(sum(person), 0) from load) as "perOperator",
       (floor(extract(epoch from $2) / 600) - ceil(extract(epoch from $1) / 600))::int as periods,
       (select count(*)::int from whole where person > 10) as flooded, (select coalesce(max(person), 0) from whole) as busiest,
       (select count(*)::int from source) as sources,
       (select count(*)::int from (select 1 from monitoring_events e left join console.alerts a using (event_id)
         where severity <> 'INFO' and coalesce(a.incident_id, e.event_id) = e.event_id and detection_timestamp < $2
           and greatest(detection_timestamp + interval '24 hours', $1)
             < least(case when status in ('OPEN', 'INVESTIGATING') then 'infinity' else coalesce(resolved_at, detection_timestamp) end, $2)
         ) as stood) as standing,
       (select count(*)::int from alarm where severity = 'CRITICAL') as "CRITICAL", (select count(*)::int from alarm where severity = 'HIGH') as "HIGH",
       (select count(*)::int from alarm where severity = 'MEDIUM') as "MEDIUM", (select count(*)::int from alarm where severity = 'LOW') as "LOW"`,
  );
  const sources = await askJson<
    { algorithm: string; about: string | null; alarms: number; chatters: boolean | null }[]
  >(admin, of, `${begun} select * from source`);
  // A flood: more than ten within ten minutes, over when ten minutes bring fewer than five. These lie hours apart.
  const [floods] = await askJson<{ count: number }[]>(
    admin,
    of,
    `${begun}, crowded as (
       select at from (select at, lag(at, 10) over (order by at) as tenth from alarm) as looked where at - tenth < interval '10 minutes')
     select count(*)::int from (select at - lag(at) over (order by at) as gap from crowded) as gaps where gap is null or gap > interval '1 hour'`,
  );
  return { figures, sources, floods: floods?.count };
};

export const healthBySql = (admin: pg.ClientBase, of: Of) =>
  askJson<FestivalReport['health']['rows']>(
    admin,
    of,
    `select (snapshot_timestamp at time zone $3)::date::text as day, count(*)::int as snapshots,
       round(avg(success_rate_percent), 2)::float8 as "successRate", round(avg(total_transactions_last_hour), 1)::float8 as "hourlyTransactions",
       round(avg(p95_processing_time_ms), 1)::float8 as "detectionP95", sum((overall_health_status = 'CRITICAL')::int)::int as critical
     from system_health_snapshots where snapshot_timestamp >= $1 and snapshot_timestamp < $2 group by 1 order by 1`,
  );

type Log = FestivalReport['log'];
export const logBySql = async (admin: pg.ClientBase, of: Of) => ({
  kinds: await askJson<Log['kinds']>(
    admin,
    of,
    `select kind, count(*)::int as count from console.log_entries
     where act = 'written' and occurred_at >= $1 and occurred_at < $2 group by kind`,
  ),
  entries: await askJson<Omit<Log['entries']['rows'][number], 'at'>[]>(
    admin,
    of,
    `select number::int, kind, place, author, decision ->> 'why' as why, decision ->> 'agreed' as agreed,
       coalesce((select text from console.log_entries c where act = 'corrected' and c.refers_to = e.entry_id
         order by number desc fetch first row only), text) as text,
       entry_id in (select refers_to from console.log_entries where act = 'struck') as struck
     from console.log_entries e
     where act = 'written' and occurred_at >= $1 and occurred_at < $2 and 'yes' in (
       case kind when 'decision' then 'yes' end, case importance when 'important' then 'yes' end)
     order by occurred_at`,
  ),
});

type Checklist = FestivalReport['checklists']['rows'][number];
export const checklistsBySql = (admin: pg.ClientBase, of: Of) =>
  askJson<Omit<Checklist, 'startedAt' | 'signedAt'>[]>(
    admin,
    of,
    `select list_id as "listId", window_key as "windowKey", list -> 'title' as title,
       (select actor from console.checklist_entries e where e.list_id = r.list_id and e.window_key = r.window_key and act = 'signed') as "signedBy",
       encode(console.checklist_hash(r), 'hex') as hash,
       array(select json_build_object('item', item_id, 'by', actor, 'reason', reason) from console.checklist_entries e
         where e.list_id = r.list_id and e.window_key = r.window_key and act = 'overridden' order by seq) as overrides
     from console.checklist_runs r where started_at >= $1 and started_at < $2 order by started_at`,
  );

/** Every row that SQL says, in whatever order and with what a statement leaves out, and no other. */
export const expectRows = (rows: readonly object[], bySql: readonly object[]): void => {
  expect(bySql.length).toBeGreaterThan(0);
  expect(rows).toHaveLength(bySql.length);
  for (const row of bySql) expect(rows).toContainEqual(expect.objectContaining({ ...row }));
};

/** A day of Paris as the database reads it, from midnight to midnight. */
export const dayOf = (day: string): { from: string; to: string } => {
  const next = new Date(Date.parse(day) + 24 * 3_600_000).toISOString().slice(0, 10);
  return { from: `${day} 00:00 Europe/Paris`, to: `${next} 00:00 Europe/Paris` };
};
