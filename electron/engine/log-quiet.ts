import { z } from 'zod';
import type { Transaction } from '../postgres/pool.ts';
import { countColumn, microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { Finding, Micros } from './detector.ts';
import {
  isTrafficSilent,
  ALGORITHM as TRAFFIC,
  type Traffic,
  trafficSilent,
  trafficSilentFinding,
  trafficSilentKey,
} from './detectors/traffic-silent.ts';
import { ALGORITHM as UNDECIDED, undecidedFinding, undecidedKey, undecidedRows } from './detectors/undecided-rows.ts';

const settingsRow = z.object({ algorithm: z.string(), settings: z.unknown() });
const undecidedRow = z.object({ status: z.string(), count: countColumn, oldest: microsColumn, example: z.string() });
const trafficRow = z.object({
  log: z.enum(['transactions', 'scans']),
  last_at: microsColumn.nullable(),
  last_hour: countColumn,
  day_before: countColumn.nullable(),
  all_read: z.boolean(),
});
const keyRow = z.object({ finding_key: z.string() }).transform((row) => row.finding_key);

/** Undecided rows counted at most: beyond, their number says nothing more. */
const COUNTED = 1_000_000;

/** What is found by time alone: rows that nobody decides, and logs in which nothing comes any more. */
export const quietLogs = async (
  tx: Transaction,
  now: Micros,
  readable: readonly string[],
): Promise<{ findings: Finding[]; cleared: string[] }> => {
  const stored = await tx.rows(
    settingsRow,
    sql`/* regie:watch */
      select algorithm, settings from console.detector_settings where algorithm in (${UNDECIDED}, ${TRAFFIC})`,
  );
  const settingsOf = <Schema extends z.ZodType>(algorithm: string, schema: Schema): z.output<Schema> => {
    const found = schema.safeParse(stored.find((row) => row.algorithm === algorithm)?.settings ?? {});
    return found.success ? found.data : schema.parse({});
  };
  const undecided = await longUndecided(tx, settingsOf(UNDECIDED, undecidedSettings));
  const silent = (await trafficOf(tx, readable)).filter((one) =>
    isTrafficSilent(one, now, settingsOf(TRAFFIC, trafficSettings)),
  );
  const current = new Set([
    ...undecided.map(({ status }) => undecidedKey(status)),
    ...silent.map(({ log }) => trafficSilentKey(log)),
  ]);
  const open = await tx.rows(
    keyRow,
    sql`/* regie:watch */
      select finding_key from console.findings where algorithm in (${UNDECIDED}, ${TRAFFIC}) and cleared_at is null`,
  );
  return {
    findings: [
      ...undecided.map((one) => undecidedFinding(one, now)),
      ...silent.map((one) => trafficSilentFinding(one, now)),
    ],
    cleared: open.filter((key) => !current.has(key)),
  };
};

const undecidedSettings = undecidedRows.settings;
const trafficSettings = trafficSilent.settings;

const longUndecided = (tx: Transaction, settings: unknown) => {
  const { minutes, rows } = z.object({ minutes: z.number(), rows: z.number() }).parse(settings);
  return tx.rows(
    undecidedRow,
    // By unsettled_noticed_idx.
    sql`/* regie:watch */
      select status, count(*) as count, (extract(epoch from min(noticed_at)) * 1000000)::bigint as oldest,
        'log:' || min(log_id) as example
      from (
        select log_id, status, noticed_at from console.unsettled
        where noticed_at < now() - make_interval(secs => ${minutes * 60}) order by noticed_at limit ${COUNTED}) as u
      group by status
      -- About a word that nobody has explained there is an alert already (unknown-words.ts).
      having count(*) >= ${rows} and console.status_of(status) is not null`,
  );
};

/** Where nothing is left to read: what a cut has kept from us is no silence. By primary keys and ranges of blocks. */
const trafficOf = async (tx: Transaction, readable: readonly string[]): Promise<Traffic[]> => {
  const rows = [
    ...(readable.includes('app_transaction_log')
      ? await tx.rows(
          trafficRow,
          sql`/* regie:watch */
            select 'transactions' as log, (extract(epoch from last.read_at) * 1000000)::bigint as last_at,
              (select count(*) from console.recent_transactions r
                where r.occurred_at > last.read_at - interval '1 hour' and r.transaction_type <> 'manual_correction') as last_hour,
              (select max(total_transactions_last_hour)::bigint from public.system_health_snapshots
                where snapshot_timestamp between now() - interval '24 hours' and now() - interval '23 hours 30 minutes') as day_before,
              (select coalesce(max(log_id), 0) from public.app_transaction_log)
                <= (select last_id from console.watermarks where source = 'transactions') as all_read
            from (select read_at from console.recent_transactions order by arrival desc limit 1) as last`,
        )
      : []),
    ...(readable.includes('nfc_scan_log')
      ? await tx.rows(
          trafficRow,
          sql`/* regie:watch */
            select 'scans' as log, (extract(epoch from last.read_at) * 1000000)::bigint as last_at,
              (select count(*) from console.recent_scans r
                where r.occurred_at > last.read_at - interval '1 hour') as last_hour,
              (select max(total_nfc_scans_last_hour)::bigint from public.system_health_snapshots
                where snapshot_timestamp between now() - interval '24 hours' and now() - interval '23 hours 30 minutes') as day_before,
              (select coalesce(max(scan_log_id), 0) from public.nfc_scan_log)
                <= (select last_id from console.watermarks where source = 'scans') as all_read
            from (select read_at from console.recent_scans order by arrival desc limit 1) as last`,
        )
      : []),
  ];
  return rows.flatMap(({ log, last_at: lastAt, last_hour: lastHour, day_before: dayBefore, all_read: allRead }) =>
    lastAt === null || !allRead ? [] : [{ log, lastAt, lastHour, dayBefore }],
  );
};
