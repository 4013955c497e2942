import { z } from 'zod';
import type { CapacityReport, ReviewFigure } from '../../../shared/domain/report.ts';
import { dayNumber, forecastOf } from '../../../shared/domain/report-forecast.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import { capacityRecommendations } from '../../../shared/domain/report-recommendations.ts';
import { localOf } from '../../../shared/domain/zoned-time.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { countColumn } from '../../postgres/rows.ts';
import { plannedAnew, sql } from '../../postgres/sql.ts';
import { readHealthDays } from './record-rows.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

const dayRow = z.object({
  day: z.string(),
  transactions: countColumn,
  failed: countColumn,
  busiest: countColumn,
});

/** Transactions of each day and of its busiest hour, in one pass over the log. */
const readDays = (tx: Transaction, { from, to, timeZone }: Stretch) =>
  tx.rows(
    dayRow,
    plannedAnew(sql`/* regie:report */
      with hours as (
        select date_trunc('hour', at, ${timeZone}) as hour, count(*) as count, count(*) filter (where status = 'failed') as failed
        from (
          select console.time_of(t.timestamp) as at, console.known_status(console.word_of(t.status), meant.meanings) as status
          from (select console.meanings() as meanings offset 0) as meant
          cross join (select null::timestamptz as timestamp) as absent
          cross join lateral (select transaction_type, status, timestamp from public.app_transaction_log where true) as t
          where console.type_word(console.word_of(t.transaction_type)) <> 'manual_correction') as rows
        where at >= ${from}::timestamptz and at < ${to}::timestamptz and status in ('completed', 'failed')
        group by 1
      )
      select (hour at time zone ${timeZone})::date::text as day, sum(count)::bigint as transactions, sum(failed)::bigint as failed,
        max(count) as busiest
      from hours group by 1 order by 1`),
  );

const alertsRow = z.object({ day: z.string(), alerts: countColumn });
const serverRow = z.object({
  database_bytes: countColumn,
  log_bytes: countColumn.nullable(),
  log_rows: countColumn.nullable(),
  cards: countColumn.nullable(),
  connections: countColumn,
  most_connections: z.int(),
});
const tableRow = z.object({ table: z.string(), bytes: countColumn, rows: countColumn, tables: countColumn });
const detectorRow = z.object({
  algorithm: z.string(),
  runs: countColumn,
  errors: countColumn,
  not_judged: countColumn,
  last_ms: z.number().nullable(),
  found: countColumn,
  false_positives: countColumn,
});

const readServer = (tx: Transaction) =>
  tx.row(
    serverRow,
    sql`/* regie:report */
      select pg_database_size(current_database()) as database_bytes,
        pg_total_relation_size(to_regclass('public.app_transaction_log')) as log_bytes,
        (select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass('public.app_transaction_log')) as log_rows,
        (select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass('public.table_cards')) as cards,
        (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
        current_setting('max_connections')::int as most_connections`,
  );

const readTables = async (tx: Transaction) => {
  const rows = await tx.rows(
    tableRow,
    sql`/* regie:report */
      select n.nspname || '.' || c.relname as table, pg_total_relation_size(c.oid) as bytes,
        greatest(c.reltuples, 0)::bigint as rows, count(*) over () as tables
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm', 'p') and n.nspname in ('public', 'console')
      order by 2 desc, 1 limit 20`,
  );
  return firstOf(
    rows.map(({ tables: _, ...row }) => row),
    20,
    rows[0]?.tables,
  );
};

const readDetectors = async (tx: Transaction, { from, to }: Stretch) => {
  const rows = await tx.rows(
    detectorRow,
    sql`/* regie:report */
      select left(s.algorithm, 200) as algorithm, s.runs, s.errors, s.not_judged, s.last_duration_ms as last_ms,
        coalesce(e.found, 0) as found, coalesce(e.wrong, 0) as false_positives
      from console.detector_state s left join (
        select detection_algorithm as algorithm, count(*) as found, count(*) filter (where status = 'FALSE_POSITIVE') as wrong
        from public.monitoring_events
        where detection_timestamp >= ${from}::timestamptz and detection_timestamp < ${to}::timestamptz group by 1) as e using (algorithm)
      order by 1`,
  );
  return firstOf(
    rows.map(({ not_judged, last_ms, false_positives, ...row }) => ({
      ...{ ...row, notJudged: not_judged, lastMs: last_ms, falsePositives: false_positives },
    })),
    MOST_ROWS,
  );
};

/** The guide's monthly capacity planning review, each figure with where it comes from. */
export const readCapacity = async (tx: Transaction, stretch: Stretch): Promise<Omit<CapacityReport, 'head'>> => {
  const counted = await readDays(tx, stretch);
  const alerts = await tx.rows(
    alertsRow,
    sql`/* regie:report */
      select (detection_timestamp at time zone ${stretch.timeZone})::date::text as day, count(*) as alerts
      from public.monitoring_events
      where detection_timestamp >= ${stretch.from}::timestamptz and detection_timestamp < ${stretch.to}::timestamptz
        and severity <> 'INFO' group by 1`,
  );
  const alertsOf = new Map(alerts.map(({ day, alerts: of }) => [day, of]));
  const days = counted.map(({ busiest, ...row }) => ({
    ...row,
    busiestHour: busiest,
    alerts: alertsOf.get(row.day) ?? 0,
  }));
  const facts = {
    figures: figuresOf(days, await readServer(tx)),
    days: firstOf(days, MOST_ROWS),
    health: await readHealthDays(tx, stretch),
    tables: await readTables(tx),
    detectors: await readDetectors(tx, stretch),
    forecasts: forecastsOf(days, stretch),
  };
  return { ...facts, recommendations: capacityRecommendations(facts) };
};

type Day = CapacityReport['days']['rows'][number];

/** Days of which a part is missing say nothing of whole ones. */
const forecastsOf = (days: readonly Day[], { from, to, timeZone }: Stretch): CapacityReport['forecasts'] => {
  const [firstDay, firstTime] = localOf(Date.parse(from), timeZone).split('T');
  const [lastDay, lastTime] = localOf(Date.parse(to), timeZone).split('T');
  const whole = days.filter(
    ({ day }) => !(day === firstDay && firstTime !== '00:00') && !(day === lastDay && lastTime !== '00:00'),
  );
  const values = (of: (day: Day) => number) => whole.map((day) => ({ day: dayNumber(day.day), value: of(day) }));
  return [
    forecastOf(
      'transactions',
      values(({ transactions }) => transactions),
    ),
    forecastOf(
      'busiestHour',
      values(({ busiestHour }) => busiestHour),
    ),
    forecastOf(
      'alerts',
      values(({ alerts }) => alerts),
    ),
  ].filter((forecast) => forecast !== null);
};

const figuresOf = (days: readonly Day[], server: z.output<typeof serverRow>): ReviewFigure[] => {
  const total = days.reduce((sum, { transactions }) => sum + transactions, 0);
  const { log_bytes: logBytes, log_rows: logRows } = server;
  const LOG = 'app_transaction_log';
  return [
    { id: 'transactions', value: total, unit: 'count', source: LOG },
    {
      id: 'transactions_per_day',
      value: days.length === 0 ? null : Math.round(total / days.length),
      unit: 'count',
      source: LOG,
    },
    {
      ...{ id: 'busiest_hour', unit: 'count' as const, source: LOG },
      value: days.reduce((most, { busiestHour }) => Math.max(most, busiestHour), 0),
    },
    { id: 'cards', value: server.cards, unit: 'count', source: 'pg_class.reltuples (table_cards)' },
    { id: 'database_bytes', value: server.database_bytes, unit: 'bytes', source: 'pg_database_size()' },
    { id: 'log_bytes', value: logBytes, unit: 'bytes', source: `pg_total_relation_size('${LOG}')` },
    {
      ...{
        id: 'bytes_per_transaction',
        unit: 'bytes' as const,
        source: `pg_total_relation_size / reltuples ('${LOG}')`,
      },
      value: logBytes === null || logRows === null || logRows === 0 ? null : Math.round(logBytes / logRows),
    },
    { id: 'connections', value: server.connections, unit: 'count', source: 'pg_stat_activity' },
    { id: 'most_connections', value: server.most_connections, unit: 'count', source: 'max_connections' },
    {
      ...{ id: 'connections_share', unit: 'share' as const, source: 'pg_stat_activity / max_connections' },
      value: server.connections / server.most_connections,
    },
  ];
};
