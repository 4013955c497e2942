import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { countColumn, microsColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Lookback } from '../detector.ts';
import { scanReader } from '../tail/log-rows.ts';
import { iso } from '../time.ts';

const minuteRow = z.object({ device: z.string(), minute: microsColumn, scans: z.int(), failed: z.int() });
const useRow = z
  .object({
    device: z.string(),
    last_at: microsColumn,
    first_minute: microsColumn,
    active_minutes: countColumn,
    scans: countColumn,
    others_since: countColumn,
  })
  .transform((row) => ({
    device: row.device,
    lastAt: row.last_at,
    firstMinute: row.first_minute,
    activeMinutes: row.active_minutes,
    scans: row.scans,
    othersSince: row.others_since,
  }));

/** How the readers have been used. */
export const readerLookback = (
  tx: Transaction,
): Pick<Lookback, 'scansOfDevices' | 'minutesOfDevices' | 'silentDevices'> => ({
  // By recent_scans_device_idx.
  scansOfDevices: (devices, { from, to }) =>
    tx.read(
      scanReader,
      sql`/* regie:window */
        select arrival, scan_log_id, card_id, scan_status, device_identifier, error, stated_at,
          (extract(epoch from occurred_at) * 1000000)::bigint as at
        from console.recent_scans
        where device_identifier = any (${devices}::text[])
          and occurred_at between ${iso(from)}::timestamptz and ${iso(to)}::timestamptz
        order by occurred_at, scan_log_id`,
    ),

  // By primary key: a row a reader and minute.
  minutesOfDevices: (devices, { from, to }) =>
    tx.rows(
      minuteRow,
      sql`/* regie:devices */
        select device, (extract(epoch from minute) * 1000000)::bigint as minute, scans, failed
        from console.device_minutes
        where minute >= ${iso(from)}::timestamptz and minute <= ${iso(to)}::timestamptz and device = any (${devices}::text[])
        order by device, minute`,
    ),

  // The readers by primary key, a handful; their minutes only for those that are silent.
  silentDevices: (from, silentSince, except) =>
    tx.rows(
      useRow,
      sql`/* regie:devices */
        with silent as (
          select device, last_at from console.devices
          where last_at >= ${iso(from)}::timestamptz and last_at <= ${iso(silentSince)}::timestamptz
            and device <> all (${except}::text[])
        ), minutes as materialized (
          -- Read once for all of them, and not at all while nobody is silent.
          select minute, device, scans from console.device_minutes
          where minute >= ${iso(from)}::timestamptz and exists (select from silent)
        ), use as (
          select device, min(minute) as first_minute, count(*) as active_minutes, sum(scans) as scans
          from minutes where device in (select device from silent) group by device
        ), traffic as (
          select minute, sum(scans) as scans from minutes group by minute
        )
        select d.device, (extract(epoch from d.last_at) * 1000000)::bigint as last_at,
          (extract(epoch from u.first_minute) * 1000000)::bigint as first_minute, u.active_minutes, u.scans,
          -- A reader has no minute after its last scan: all of them are the others'.
          (select coalesce(sum(t.scans), 0)::bigint from traffic t where t.minute > d.last_at) as others_since
        from silent d join use u using (device)
        order by d.device`,
    ),
});
