import { z } from 'zod';
import { floodsIn } from '../../../shared/domain/alarm-flood.ts';
import { type Alarm, alarmFigures, periodOf } from '../../../shared/domain/alarm-quality.ts';
import type { FestivalReport } from '../../../shared/domain/report.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import { LOWEST_ID, type RowId } from '../../../shared/domain/row-id.ts';
import { severitySchema } from '../../../shared/domain/severity.ts';
import { instantOf, localOf } from '../../../shared/domain/zoned-time.ts';
import { readAttendance } from '../../postgres/attendance.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

const BATCH = 5_000;
const DAY_MS = 24 * 3_600_000;

const alarmRow = z.object({
  event_id: idColumn,
  severity: severitySchema,
  algorithm: z.string(),
  about: z.string().nullable(),
  begins: instantColumn,
  ends: instantColumn.nullable(),
});

/** The figures of alarm quality (docs/alarm-quality.md) for a stretch, whole and by the day. */
export const readAlarms = async (
  tx: Transaction,
  { from, to, timeZone }: Stretch,
  takenAt: string,
): Promise<FestivalReport['alarms']> => {
  const fromMs = Date.parse(from);
  // What has not happened yet has no periods without alerts.
  const toMs = Math.min(Date.parse(to), Date.parse(takenAt));
  const alarms: Alarm[] = [];
  for (let after: RowId | null = LOWEST_ID; after !== null; ) {
    const batch: z.output<typeof alarmRow>[] = await readBatch(tx, new Date(fromMs - DAY_MS).toISOString(), to, after);
    for (const row of batch) {
      alarms.push({
        ...{ severity: row.severity, algorithm: row.algorithm, about: row.about },
        beginsMs: Date.parse(row.begins),
        endsMs: row.ends === null ? null : Date.parse(row.ends),
      });
    }
    after = batch.at(-1)?.event_id ?? null;
  }
  const attendance = await readAttendance(tx, periodOf(fromMs));
  const begins = alarms.map(({ beginsMs }) => beginsMs).filter((at) => at >= fromMs);
  const days = daysOf(fromMs, toMs, timeZone).map(({ day, ...stretch }) => ({
    day,
    figures: alarmFigures(alarms, attendance, stretch),
  }));
  return {
    figures: alarmFigures(alarms, attendance, { fromMs, toMs }),
    days: firstOf(
      days.filter(({ figures }) => figures.alarms > 0),
      MOST_ROWS,
    ),
    floods: floodsIn(begins, toMs).length,
  };
};

/** As the screen counts them (operations/alerts/alarm-follower.ts), with a place as short as the database can say it. */
const readBatch = (tx: Transaction, from: string, to: string, after: RowId) =>
  tx.fittingRows(
    alarmRow,
    sql`/* regie:report */
      select e.event_id, e.severity, left(e.detection_algorithm, 200) as algorithm, case when a.storm is null then
          left(coalesce(nullif(e.event_data ->> 'point_of_sale', ''), nullif(e.event_data ->> 'device_identifier', ''),
            jsonb_path_query_array(e.context_data, '$.transactions[*].point_of_sale ? (@.type() == "string")') ->> -1, e.card_id), 200)
          end as about,
        e.detection_timestamp as begins, case when e.status not in ('OPEN', 'INVESTIGATING')
          then coalesce(e.resolved_at, e.detection_timestamp) end as ends
      from public.monitoring_events e left join console.alerts a using (event_id)
      where e.detection_timestamp >= ${from}::timestamptz and e.detection_timestamp < ${to}::timestamptz
        and e.event_id > ${after}::bigint and e.severity <> 'INFO'
        and case when a.placed in ('merged', 'split') then a.placed_from = e.event_id
          else coalesce(a.incident_id, e.event_id) = e.event_id end
      order by e.event_id limit ${BATCH}`,
    { name: 'monitoring_events', id: 'event_id' },
  );

/** The days of the festival's calendar that lie in a stretch, in their order. */
const daysOf = (fromMs: number, toMs: number, timeZone: string) => {
  const days: { day: string; fromMs: number; toMs: number }[] = [];
  for (let at = fromMs; at < toMs && days.length < MOST_ROWS; ) {
    const day = localOf(at, timeZone).slice(0, 10);
    const noon = Date.parse(instantOf(`${day}T12:00`, timeZone) ?? '');
    const next = Date.parse(instantOf(`${localOf(noon + DAY_MS, timeZone).slice(0, 10)}T00:00`, timeZone) ?? '');
    if (!(next > at)) break;
    days.push({ day, fromMs: at, toMs: Math.min(next, toMs) });
    at = next;
  }
  return days;
};
