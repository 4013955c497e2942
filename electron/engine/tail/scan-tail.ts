import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { ScanRow } from '../detector.ts';
import { scanRow } from './log-rows.ts';
import { GAP_HOURS, GAP_WIDTH, type Position } from './positions.ts';

/**
 * Takes scans over as arrivals, those of the range and single ones that appeared late, and counts them by reader and
 * minute. Works where older deployments lack columns (docs/festival-schema.md).
 */
export const takeScans = (
  tx: Transaction,
  rows: { position: Position; lastId: number; single: readonly number[] },
): Promise<ScanRow[]> =>
  tx.rows(
    scanRow,
    sql`/* regie:tail */
      with arrived as (
        insert into console.recent_scans (arrival, scan_log_id, card_id, scan_status, device_identifier, occurred_at, error)
        select ${rows.position.lastArrival} + row_number() over (order by s.scan_log_id), s.scan_log_id, s.card_id_scanned,
          s.scan_status, s.device_identifier, coalesce(s.scan_timestamp, now()),
          -- Older deployments lack both columns.
          case when s.scan_status <> 'success' then coalesce(to_jsonb(s) ->> 'error_code', to_jsonb(s) ->> 'error_message') end
        from (
          select * from public.nfc_scan_log where scan_log_id > ${rows.position.lastId} and scan_log_id <= ${rows.lastId}
          union all
          select * from public.nfc_scan_log where scan_log_id = any (${rows.single}::bigint[])) as s
        where coalesce(s.scan_timestamp, now()) >= (select judged_from from console.watermarks where source = 'scans')
        returning *
      ), minutes as (
        insert into console.device_minutes as counted (minute, device, scans, failed)
        select date_trunc('minute', occurred_at), device_identifier, count(*),
          count(*) filter (where scan_status is null or scan_status not in ('success', 'duplicate'))
        from arrived where device_identifier is not null
        group by 1, 2
        order by 1, 2
        on conflict (minute, device) do update
        set scans = counted.scans + excluded.scans, failed = counted.failed + excluded.failed
      ), devices as (
        insert into console.devices as device (device, last_at)
        select device_identifier, max(occurred_at) from arrived where device_identifier is not null
        group by 1
        order by 1
        on conflict (device) do update set last_at = greatest(device.last_at, excluded.last_at)
      )
      select arrival, scan_log_id, card_id, scan_status, device_identifier, error,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from arrived order by arrival`,
  );

/** In the history a hole counts only where the row after it is young: what is missing beside old rows was rolled back. */
export const noteScanGaps = async (tx: Transaction, position: Position, lastId: number): Promise<void> => {
  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, id)
    select 'scans', missing
    from (
      select scan_log_id, scan_timestamp, lag(scan_log_id, 1, ${position.lastId}::bigint) over (order by scan_log_id) as before
      from public.nfc_scan_log where scan_log_id > ${position.lastId} and scan_log_id <= ${lastId}) as s,
      generate_series(greatest(s.before + 1, s.scan_log_id - ${GAP_WIDTH}), s.scan_log_id - 1) as missing
    where s.scan_log_id > s.before + 1
      and (s.scan_log_id > ${position.historyUpTo} or coalesce(s.scan_timestamp, now()) > now() - make_interval(hours => ${GAP_HOURS}))
    on conflict (source, id) do nothing`);
};
