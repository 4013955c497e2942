import { z } from 'zod';
import type { Transaction } from '../festival/pool.ts';
import { countColumn, idColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import {
  advance,
  BATCH,
  GAP_HOURS,
  GAP_WIDTH,
  HISTORY_BATCH,
  idRow,
  lockPosition,
  openGaps,
  type Position,
  type Reading,
} from './positions.ts';

const upperRow = z.object({ upper: idColumn.nullable(), rows: countColumn, young: countColumn, newest: idColumn });

/** As `readTransactions`, for the scan log. Works where older deployments lack columns (festival-schema.md). */
export const readScans = async (tx: Transaction, batch = BATCH): Promise<Reading> => {
  const position = await lockPosition(tx, 'scans');
  const gaps = await openGaps(tx, 'scans');
  const found =
    gaps.length === 0
      ? []
      : await tx.rows(
          idRow,
          sql`/* regie:gaps */ select scan_log_id as id from public.nfc_scan_log where scan_log_id = any (${gaps}::bigint[])`,
        );
  const next = await nextRange(tx, position, batch);
  const lastId = next.upper ?? position.last_id;
  const reading = {
    rows: next.rows + found.length,
    caughtUp: next.rows < next.limit,
    behind: Math.max(0, next.newest - lastId),
    history: lastId < position.history_up_to,
  };
  if (reading.rows === 0) return reading;

  const arrived = await tx.run(sql`/* regie:tail */
    insert into console.recent_scans (arrival, scan_log_id, card_id, scan_status, device_identifier, occurred_at, error)
    select ${position.last_arrival} + row_number() over (order by s.scan_log_id), s.scan_log_id, s.card_id_scanned,
      s.scan_status, s.device_identifier, coalesce(s.scan_timestamp, now()),
      -- Older deployments lack both columns.
      case when s.scan_status <> 'success' then coalesce(to_jsonb(s) ->> 'error_code', to_jsonb(s) ->> 'error_message') end
    from (
      select * from public.nfc_scan_log where scan_log_id > ${position.last_id} and scan_log_id <= ${lastId}
      union all
      select * from public.nfc_scan_log where scan_log_id = any (${found}::bigint[])) as s
    where coalesce(s.scan_timestamp, now()) >= (select judged_from from console.watermarks where source = 'scans')`);

  await tx.run(sql`/* regie:devices */
    insert into console.device_minutes as known (minute, device, scans, failed, last_at)
    select date_trunc('minute', occurred_at), device_identifier, count(*),
      count(*) filter (where scan_status is null or scan_status not in ('success', 'duplicate')), max(occurred_at)
    from console.recent_scans
    where arrival > ${position.last_arrival} and arrival <= ${position.last_arrival + arrived} and device_identifier is not null
    group by 1, 2
    order by 1, 2
    on conflict (minute, device) do update
    set scans = known.scans + excluded.scans, failed = known.failed + excluded.failed,
      last_at = greatest(known.last_at, excluded.last_at)`);

  await tx.run(sql`/* regie:gaps */
    insert into console.watermark_gaps (source, id)
    select 'scans', missing
    from (
      select scan_log_id, scan_timestamp, lag(scan_log_id, 1, ${position.last_id}::bigint) over (order by scan_log_id) as before
      from public.nfc_scan_log where scan_log_id > ${position.last_id} and scan_log_id <= ${lastId}) as s,
      generate_series(greatest(s.before + 1, s.scan_log_id - ${GAP_WIDTH}), s.scan_log_id - 1) as missing
    where s.scan_log_id > s.before + 1
      and (s.scan_log_id > ${position.history_up_to} or coalesce(s.scan_timestamp, now()) > now() - make_interval(hours => ${GAP_HOURS}))
    on conflict (source, id) do nothing`);

  await advance(tx, 'scans', {
    lastId,
    lastArrival: position.last_arrival + arrived,
    foundGaps: found,
    historyDone: lastId >= position.history_up_to,
  });
  return reading;
};

/** How far to read now. Scans that are too old to be judged are only passed over, in larger steps. */
const nextRange = async (tx: Transaction, position: Position, batch: number) => {
  const rangeOf = async (limit: number) => ({
    limit,
    ...(await tx.row(
      upperRow,
      sql`/* regie:tail */
        select max(scan_log_id) as upper, count(*) as rows,
          count(*) filter (where coalesce(scan_timestamp, now()) >= (select judged_from from console.watermarks where source = 'scans')) as young,
          (select coalesce(max(scan_log_id), 0) from public.nfc_scan_log) as newest
        from (
          select scan_log_id, scan_timestamp from public.nfc_scan_log
          where scan_log_id > ${position.last_id} order by scan_log_id limit ${limit}) as next`,
    )),
  });
  if (position.last_id >= position.history_up_to || batch < BATCH) return rangeOf(batch);
  const large = await rangeOf(HISTORY_BATCH);
  return large.young > batch ? rangeOf(batch) : large;
};
