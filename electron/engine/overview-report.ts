import { z } from 'zod';
import { type curvesSchema, HEALTH_STATUSES, type Pulse } from '../../shared/contract/overview.ts';
import { addCents, type Cents, ZERO } from '../../shared/domain/money.ts';
import { type FestivalDatabase, pipelined, type Transaction } from '../postgres/pool.ts';
import { bigCentsColumn, countColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';

const nowRow = z.object({ now: instantColumn });
const numberColumn = z.string().transform(Number).pipe(z.number()).nullable().catch(null);
const snapshotRow = z
  .object({
    at: instantColumn,
    status: z.enum(HEALTH_STATUSES).catch('UNKNOWN'),
    success_rate: numberColumn,
    transactions: countColumn.catch(0),
    average_ms: numberColumn,
    detection_ms: numberColumn,
    open_critical: z.int().min(0).nullable().catch(null),
    response_ms: z.number().min(0).nullable().catch(null),
    on_cards: bigCentsColumn.nullable().catch(null),
  })
  .transform((row) => ({
    at: row.at,
    status: row.status,
    successRate: row.success_rate,
    transactions: row.transactions,
    averageMs: row.average_ms,
    detectionMs: row.detection_ms,
    openCritical: row.open_critical,
    responseMs: row.response_ms,
    onCardsCents: row.on_cards,
  }));

/** Snapshots of a day at most: one comes every five minutes, and another monitoring system may write some as well. */
const SNAPSHOTS = 2_000;

/** The snapshots of the last 24 hours. Each laptop asks once a minute; by the index on their time. */
export const readCurves = (database: FestivalDatabase): Promise<z.infer<typeof curvesSchema>> =>
  database.read(async (tx) => {
    const [{ now }, snapshots] = await pipelined([
      tx.row(nowRow, sql`/* regie:overview */ select clock_timestamp() as now`),
      tx.rows(
        snapshotRow,
        sql`/* regie:overview */
          select snapshot_timestamp as at, overall_health_status as status, success_rate_percent::text as success_rate,
            coalesce(total_transactions_last_hour, 0)::bigint as transactions, avg_processing_time_ms::text as average_ms,
            p95_processing_time_ms::text as detection_ms, metrics_data -> 'open_critical' as open_critical,
            metrics_data -> 'response_ms' as response_ms, round(total_system_balance * 100)::bigint as on_cards
          from public.system_health_snapshots
          where snapshot_timestamp > now() - interval '24 hours' and snapshot_timestamp <= now() + interval '1 minute'
          order by snapshot_timestamp desc limit ${SNAPSHOTS}`,
      ),
    ]);
    return { at: now, snapshots: snapshots.reverse() };
  });

/** How many readers and points of sale are listed. */
const LISTED = 500;

const trafficRow = z.object({
  per_minute: z.number(),
  total: countColumn,
  failed: countColumn,
  no_amount: countColumn,
});
const moneyRow = z.object({ hour: z.int(), sign: z.int().nullable(), cents: bigCentsColumn });
const sourceRow = z
  .object({
    name: z.string(),
    last_at: instantColumn,
    total: countColumn,
    failed: countColumn,
    per_minute: z.number(),
    known: countColumn,
  })
  .transform(({ last_at: lastAt, per_minute: perMinute, ...row }) => ({ ...row, lastAt, perMinute }));
const eventsRow = z.object({
  total: countColumn,
  critical: countColumn,
  open: countColumn,
  open_critical: countColumn,
});

/**
 * What goes on, as the engine has counted it while it read: no statement here looks at the festival's log. Each laptop asks
 * every ten seconds.
 */
export const readPulse = (database: FestivalDatabase): Promise<Pulse> =>
  database.read(async (tx) => {
    const [{ now }, traffic, money, readers, places, events] = await pipelined([
      tx.row(nowRow, sql`/* regie:overview */ select clock_timestamp() as now`),
      readTotals(tx),
      readMoney(tx),
      readReaders(tx),
      readPlaces(tx),
      readEvents(tx),
    ]);
    const sumOf = (hour: number, sign: number): Cents =>
      money
        .filter((one) => one.hour === hour && one.sign === sign)
        .reduce<Cents>((sum, one) => addCents(sum, one.cents), ZERO);
    const moneyOf = (hour: number) => ({ takingsCents: sumOf(hour, -1), topUpsCents: sumOf(hour, 1) });
    const listed = (rows: typeof readers) => rows.map(({ known: _, ...source }) => source);
    return {
      at: now,
      perMinute: traffic.per_minute,
      recent: { total: traffic.total, failed: traffic.failed },
      hour: moneyOf(0),
      hourBefore: moneyOf(1),
      noAmount: traffic.no_amount,
      readers: listed(readers),
      places: listed(places),
      readerCount: readers[0]?.known ?? 0,
      placeCount: places[0]?.known ?? 0,
      lastDay: { total: events.total, critical: events.critical, open: events.open },
      openCritical: events.open_critical,
    };
  });

const readTotals = (tx: Transaction) =>
  tx.row(
    trafficRow,
    // By primary key: the minutes of an hour.
    sql`/* regie:overview */
      select coalesce(sum(total) filter (where minute >= date_trunc('minute', now()) - interval '5 minutes'
          and minute < date_trunc('minute', now())), 0) / 5::float8 as per_minute,
        coalesce(sum(total) filter (where minute > now() - interval '15 minutes'), 0)::bigint as total,
        coalesce(sum(failed) filter (where minute > now() - interval '15 minutes'), 0)::bigint as failed,
        coalesce(sum(no_amount), 0)::bigint as no_amount
      from console.traffic_minutes
      where minute > now() - interval '1 hour' and minute <= now()`,
  );

const readMoney = (tx: Transaction) =>
  tx.rows(
    moneyRow,
    // By primary key: the minutes of two hours. A type means what it means now.
    sql`/* regie:overview */
      select t.hour, console.sign_of(t.type, meant.meanings) as sign, round(t.amount * 100)::bigint as cents
      from (select console.meanings() as meanings offset 0) as meant
      cross join (
        select (minute <= now() - interval '1 hour')::int as hour, type, sum(amount) as amount
        from console.traffic_minutes
        where minute > now() - interval '2 hours' and minute <= now()
        group by 1, 2) as t`,
  );

const readReaders = (tx: Transaction) =>
  tx.rows(
    sourceRow,
    // By primary key: the minutes of an hour.
    sql`/* regie:overview */
      select d.device as name, d.last_at, coalesce(m.total, 0)::bigint as total, coalesce(m.failed, 0)::bigint as failed,
        coalesce(m.recent, 0) / 15::float8 as per_minute, count(*) over () as known
      from console.devices d
      left join (
        select device, sum(scans) as total, sum(failed) as failed,
          sum(scans) filter (where minute > now() - interval '15 minutes') as recent
        from console.device_minutes
        where minute > now() - interval '1 hour' and minute <= now()
        group by 1) as m using (device)
      where d.last_at > now() - interval '24 hours'
      order by d.device limit ${LISTED}`,
  );

const readPlaces = (tx: Transaction) =>
  tx.rows(
    sourceRow,
    // The minutes of three hours by primary key, and what is known of those before.
    sql`/* regie:overview */
      select place as name, max(last_at) as last_at, sum(total)::bigint as total, sum(failed)::bigint as failed,
        sum(recent) / 15::float8 as per_minute, count(*) over () as known
      from (
        select place, max(minute) filter (where total > 0 or no_amount > 0 or amount <> 0) as last_at,
          coalesce(sum(total) filter (where minute > now() - interval '1 hour'), 0) as total,
          coalesce(sum(failed) filter (where minute > now() - interval '1 hour'), 0) as failed,
          coalesce(sum(total) filter (where minute > now() - interval '15 minutes'), 0) as recent
        from console.traffic_minutes
        where minute > now() - interval '3 hours' and minute <= now() and place <> ''
        group by place
        union all
        select place, last_at, 0, 0, 0 from console.places where last_at > now() - interval '24 hours') as seen
      group by place
      having max(last_at) is not null
      order by place limit ${LISTED}`,
  );

const readEvents = (tx: Transaction) =>
  tx.row(
    eventsRow,
    // As the guide counts the last 24 hours, by the index on their time; the open ones by the index on those.
    sql`/* regie:overview */
      select count(*) as total, count(*) filter (where severity = 'CRITICAL') as critical,
        count(*) filter (where status = 'OPEN') as open,
        (select count(*) from public.monitoring_events
          where severity = 'CRITICAL' and status in ('OPEN', 'INVESTIGATING')) as open_critical
      from public.monitoring_events where detection_timestamp > now() - interval '24 hours'`,
  );
