import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { ScanRow } from '../detector.ts';
import { scanReader } from './log-rows.ts';
import { AHEAD_MINUTES, type Piece, type Position, type WrongClocks } from './positions.ts';

/**
 * Takes scans over as arrivals, those of the range and single ones that appeared late, and counts them by reader and
 * minute. Works where older deployments lack columns (docs/festival-schema.md).
 */
export const takeScans = (
  tx: Transaction,
  rows: { position: Position; piece: Piece; clocks: WrongClocks },
): Promise<ScanRow[]> =>
  tx.read(
    scanReader,
    sql`/* regie:tail */
      with arrived as (
        insert into console.recent_scans (arrival, scan_log_id, card_id, scan_status, device_identifier, occurred_at, error,
          stated_at)
        select ${rows.piece.lastArrival} + row_number() over (order by s.scan_log_id), s.scan_log_id,
          console.key_of(s.card_id_scanned), console.word_of(s.scan_status), console.key_of(s.device_identifier),
          case when s.clock_right then s.stated
            else now() - greatest(least(
              coalesce(case when s.stated > now() then ${rows.clocks.future}::timestamptz
                else ${rows.clocks.past}::timestamptz end - s.stated, interval '0'),
              interval '1 hour'), interval '0') end,
          console.word_of(s.error),
          case when not s.clock_right and s.scan_timestamp is not null then left(s.scan_timestamp::text, 40) end
        from (
          select l.*, console.time_of(l.scan_timestamp) as stated,
            -- Older deployments lack both columns.
            case when console.word_of(l.scan_status) <> 'success'
              then coalesce(to_jsonb(l) ->> 'error_code', to_jsonb(l) ->> 'error_message') end as error,
            coalesce(console.time_of(l.scan_timestamp) between ${rows.position.earliest}::timestamptz
              and now() + make_interval(mins => ${AHEAD_MINUTES}), false) as clock_right
          from (
            select * from public.nfc_scan_log where scan_log_id > ${rows.piece.after} and scan_log_id <= ${rows.piece.upTo}
            union all
            select * from public.nfc_scan_log where scan_log_id = any (${rows.piece.single}::bigint[])) as l) as s
        where s.scan_log_id > ${rows.position.historyUpTo} or s.stated is null
          or s.stated >= ${rows.position.judgedFrom}::timestamptz
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
      select arrival, scan_log_id, card_id, scan_status, device_identifier, error, stated_at,
        (extract(epoch from occurred_at) * 1000000)::bigint as at
      from arrived order by arrival`,
  );
