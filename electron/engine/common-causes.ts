import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import { type CommonCause, type ComparedRow, commonCause } from '../../shared/domain/common-cause.ts';
import { toNumeric } from '../../shared/domain/money.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Log } from '../lib/log.ts';
import type { FestivalDatabase, Transaction } from '../postgres/pool.ts';
import { centsColumn, idColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { readFloods } from './flood-records.ts';
import { type Lease, LeaseLost } from './lease.ts';

/** What is to be explained: the alert that says it, under which key, and which rows of the log failed. */
type Question = { readonly eventId: RowId; readonly key: 'common_cause' | 'flood_cause'; readonly rows: Failing };
type Failing =
  | { readonly of: 'window'; readonly from: string; readonly to: string }
  | { readonly of: 'events'; readonly eventIds: readonly RowId[] };

/** Rows of the hour that are compared, the newest ones: enough for any share that is named. */
const MOST_ROWS = 20_000;
/** A card is scanned so long before its order at most. */
const SCAN_SECONDS = 20;
/** Batches of cards are told by how their ids begin. */
const PREFIXES = [4, 6, 8];
/** Events of a flood or storm whose rows are looked up. */
const MOST_EVENTS = 2_000;

const spikeRow = z.object({ event_id: idColumn, window_from: instantColumn, window_to: instantColumn });
const stormRow = z.object({ event_id: idColumn, members: z.array(z.string()) });
const logIdRow = z.object({ log_id: idColumn });
const hourRow = z.object({
  log_id: idColumn,
  card_id: z.string(),
  transaction_type: z.string(),
  status: z.string(),
  amount: centsColumn.nullable(),
  point_of_sale: z.string().nullable(),
  function: z.string().nullable(),
  wrong_clock: z.boolean(),
  reader: z.string().nullable(),
  occurred_at: instantColumn,
  request_id: z.string().nullable(),
});
type HourRow = z.output<typeof hourRow>;
const productRow = z.object({ request_id: z.string(), products: z.array(z.string()) });

/** In a flood something is found every second, and an hour of the log is compared each time. */
const REST_MS = 10_000;

/**
 * Explains alerts, at most once in ten seconds. What they have in common helps, and is no part of detection: where it
 * cannot be found, cycles go on.
 */
export const createExplainer = (options: {
  database: FestivalDatabase;
  lease: Lease;
  clock: Pick<Clock, 'monotonic'>;
  log: Pick<Log, 'warn'>;
}): (() => Promise<void>) => {
  const { clock, log } = options;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock.monotonic() - lookedAt < REST_MS) return;
    lookedAt = clock.monotonic();
    try {
      await writeCommonCauses(options);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      log.warn('what the alerts have in common could not be found', { error });
    }
  };
};

/**
 * Finds what the open spike, storms and the flood have in common (docs/alarm-quality.md, "What they have in common"), and
 * writes it into their alerts where it has changed. Reads in a snapshot of its own: detection waits for none of it.
 */
const writeCommonCauses = async ({ database, lease }: { database: FestivalDatabase; lease: Lease }): Promise<void> => {
  const found = await database.read(async (tx) => {
    const questions = await readQuestions(tx);
    if (questions.length === 0) return [];
    const hour = await readHour(tx);
    const answers: { eventId: RowId; key: string; cause: CommonCause }[] = [];
    for (const { eventId, key, rows } of questions) {
      const failed = await failedIn(tx, rows, hour);
      const healthy = hour.filter(({ row, compared }) => row.status === 'completed' && !failed.has(compared));
      answers.push({
        eventId,
        key,
        cause: commonCause(
          [...failed],
          healthy.map(({ compared }) => compared),
        ),
      });
    }
    return answers;
  });
  if (found.length === 0) return;
  const written = JSON.stringify(
    found.map(({ eventId, key, cause }) => ({ event_id: eventId, data: { [key]: cause } })),
  );
  await lease.write(async (tx) => {
    await tx.run(sql`/* regie:cause */
      with cause as (
        select * from jsonb_to_recordset(${written}::jsonb) as r (event_id bigint, data jsonb)
      ), told as (
        update public.monitoring_events e set event_data = e.event_data || c.data
        from cause c where e.event_id = c.event_id and not e.event_data @> c.data
        returning e.event_id
      )
      update console.alerts set version = version + 1 where event_id in (select event_id from told)`);
  });
};

const readQuestions = async (tx: Transaction): Promise<Question[]> => {
  const spikes = await tx.fittingRows(
    spikeRow,
    // By monitoring_events_open_idx: open alerts only.
    sql`/* regie:cause */
      select event_id, a.occurred_at - interval '15 minutes' as window_from, now() as window_to
      from public.monitoring_events e join console.alerts a using (event_id)
      where e.status in ('OPEN', 'INVESTIGATING') and e.detection_algorithm = 'system_failure_spike'
        and a.cleared_at is null and a.occurred_at > now() - interval '1 hour'`,
    { name: 'monitoring_events', id: 'event_id' },
  );
  const storms = await tx.rows(
    stormRow,
    // By alerts_storm_idx.
    sql`/* regie:cause */
      select head.event_id, to_jsonb(array(select member.event_id::text from console.alerts member
        where member.incident_id = head.incident_id order by member.event_id desc limit ${MOST_EVENTS})) as members
      from console.alerts head join public.monitoring_events e using (event_id)
      where head.storm = 'storm' and head.storm_grew_at > now() - interval '10 minutes'
        and e.status in ('OPEN', 'INVESTIGATING')`,
  );
  const flood = await readFlood(tx);
  return [
    ...spikes.map(
      (one): Question => ({
        ...{ eventId: one.event_id, key: 'common_cause' },
        rows: { of: 'window', from: one.window_from, to: one.window_to },
      }),
    ),
    ...storms.map(
      (one): Question => ({
        ...{ eventId: one.event_id, key: 'common_cause' },
        rows: { of: 'events', eventIds: one.members as RowId[] },
      }),
    ),
    ...flood,
  ];
};

const readFlood = async (tx: Transaction): Promise<Question[]> => {
  const flood = (await readFloods(tx)).at(-1);
  if (flood === undefined || flood.endedMs !== null) return [];
  const { alarms } = flood;
  return [{ eventId: alarms[0], key: 'flood_cause', rows: { of: 'events', eventIds: alarms.slice(0, MOST_EVENTS) } }];
};

type Hour = readonly { readonly row: HourRow; readonly compared: ComparedRow }[];

const readHour = async (tx: Transaction): Promise<Hour> => {
  const rows = await tx.rows(
    hourRow,
    // By primary key, newest first; scans by recent_scans_card_idx. Only while something is to be explained.
    sql`/* regie:cause */
      select t.log_id, t.card_id, t.transaction_type, t.status, t.amount_involved as amount, t.point_of_sale,
        t.edge_function_name as function, t.stated_at is not null as wrong_clock, scan.device_identifier as reader,
        t.occurred_at, t.client_request_id as request_id
      from (select * from console.recent_transactions order by arrival desc limit ${MOST_ROWS}) as t
      left join lateral (
        select s.device_identifier from console.recent_scans s
        where s.card_id = t.card_id and s.occurred_at <= t.occurred_at + interval '2 seconds'
          and s.occurred_at > t.occurred_at - make_interval(secs => ${SCAN_SECONDS}) and s.device_identifier is not null
        order by s.occurred_at desc limit 1) as scan on true
      where t.occurred_at > now() - interval '1 hour' and t.transaction_type <> 'manual_correction'`,
  );
  const products = await readProducts(tx, rows);
  return rows.map((row) => ({ row, compared: toCompared(row, products.get(row.request_id ?? '') ?? []) }));
};

/** What was ordered, where the festival keeps that in a table that this login may read. */
const readProducts = async (
  tx: Transaction,
  rows: readonly HourRow[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const requests = rows.flatMap(({ request_id }) => request_id ?? []);
  const found = await tx
    .savepoint(() =>
      tx.rows(
        productRow,
        sql`/* regie:cause */
          select o.client_request_id as request_id, to_jsonb(array_agg(distinct i.product_name)) as products
          from public.bar_orders o join public.bar_order_items i on i.order_id = o.id
          where o.created_at > now() - interval '2 hours' and o.client_request_id = any (${requests}::text[])
          group by o.client_request_id`,
      ),
    )
    .catch(() => []);
  return new Map(found.map(({ request_id, products }) => [request_id, products]));
};

const toCompared = (row: HourRow, products: readonly string[]): ComparedRow => ({
  card: row.card_id,
  values: {
    pointOfSale: some(row.point_of_sale),
    reader: some(row.reader),
    product: products,
    amount: some(row.amount === null ? null : toNumeric(row.amount)),
    cardPrefix: PREFIXES.filter((length) => row.card_id.length > length).map((length) => row.card_id.slice(0, length)),
    function: some(row.function),
    type: [row.transaction_type],
    clock: [row.wrong_clock ? 'wrong' : 'right'],
  },
});

const some = (value: string | null): readonly string[] => (value === null || value === '' ? [] : [value]);

const isWithin = (at: string, { from, to }: { readonly from: string; readonly to: string }): boolean =>
  Date.parse(at) >= Date.parse(from) && Date.parse(at) <= Date.parse(to);

/** The rows that failed: of a spike those of its time, of alerts those that they are made of, else the card's last one before. */
const failedIn = async (tx: Transaction, rows: Failing, hour: Hour): Promise<ReadonlySet<ComparedRow>> => {
  if (rows.of === 'window') {
    const failed = hour.filter(({ row }) => row.status === 'failed' && isWithin(row.occurred_at, rows));
    return new Set(failed.map(({ compared }) => compared));
  }
  const ids = await tx.rows(
    logIdRow,
    // By primary keys, and recent_transactions_card_idx.
    sql`/* regie:cause */
      select t.log_id
      from public.monitoring_events e join console.findings f using (event_id)
      cross join lateral unnest(f.members) as member (log_id) join console.recent_transactions t using (log_id)
      where e.event_id = any (${[...rows.eventIds]}::bigint[])
        and e.detection_algorithm not in ('temporal_duplicate_detection', 'reader_failure_spike', 'reader_silent')
        and (e.card_id is null or t.card_id = e.card_id)
      union
      select t.log_id
      from public.monitoring_events e cross join lateral (
        select log_id from console.recent_transactions
        where card_id = e.card_id and occurred_at <= e.detection_timestamp
        order by occurred_at desc limit 1) as t
      where e.event_id = any (${[...rows.eventIds]}::bigint[])
        and not exists (select from console.findings f where f.event_id = e.event_id and cardinality(f.members) > 0)`,
  );
  const failed = new Set(ids.map(({ log_id }) => log_id));
  return new Set(hour.filter(({ row }) => failed.has(row.log_id)).map(({ compared }) => compared));
};
