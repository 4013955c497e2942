import { z } from 'zod';
import type { FloodRecord } from '../../../shared/domain/alarm-flood.ts';
import { periodOf } from '../../../shared/domain/alarm-quality.ts';
import { commonCauseSchema } from '../../../shared/domain/common-cause.ts';
import { parsedJsonObject } from '../../../shared/domain/primitives.ts';
import { LOWEST_ID, type RowId } from '../../../shared/domain/row-id.ts';
import { severitySchema } from '../../../shared/domain/severity.ts';
import type { AlarmCopy, CopiedAlarm } from '../../buffer/alarm-copy.ts';
import { readAttendance } from '../../postgres/attendance.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { placeOf } from './incident-rows.ts';

/** Copies what asked for attention, with who was there, for the figures of alarm quality (docs/alarm-quality.md). */
export type AlarmFollower = {
  /** @returns the floods that are on record, the newest first */
  refresh(): Promise<FloodRecord[]>;
};

/** A week, and the day before it that its oldest alarms may have been standing for. */
const COPIED_DAYS = 8;
const DAY_MS = 24 * 3_600_000;
/** An event may be committed after one that was detected later. */
const OVERLAP_MS = 2 * 60_000;
const BATCH = 500;

const alarmRow = z.object({
  event_id: idColumn,
  severity: severitySchema,
  detection_algorithm: z.string(),
  card_id: z.string().nullable(),
  event_data: parsedJsonObject,
  context_data: parsedJsonObject.nullable(),
  storm: z.string().nullable(),
  detection_timestamp: instantColumn,
  ended_at: instantColumn.nullable(),
});
const floodRow = z.object({
  since: instantColumn,
  ended_at: instantColumn.nullable(),
  // An int, unlike a count(*).
  alarms: z.int(),
  first_event_id: idColumn,
  cause: commonCauseSchema.nullable().catch(null),
  people: z.array(z.string()),
});
const nowRow = z.object({ now: instantColumn });
const openRow = z.object({ event_id: idColumn });
const endRow = z.object({ event_id: idColumn, ended_at: instantColumn.nullable() });

export const createAlarmFollower = ({
  database,
  copy,
}: {
  database: FestivalDatabase;
  copy: AlarmCopy;
}): AlarmFollower => ({
  refresh: async () => {
    const nowMs = Date.parse((await database.read((tx) => tx.row(nowRow, sql`/* regie:alarms */ select now()`))).now);
    const oldestMs = nowMs - COPIED_DAYS * DAY_MS;
    const fromMs = Math.max(oldestMs, (copy.newestMs() ?? 0) - OVERLAP_MS);
    for (let after: RowId | null = null; ; ) {
      const alarms: CopiedAlarm[] = await database.read((tx) => readAlarms(tx, fromMs, after ?? LOWEST_ID));
      copy.put(alarms);
      after = alarms.at(-1)?.eventId ?? null;
      if (after === null) break;
    }
    const { open, ends, attendance, floods } = await database.read(async (tx) => ({
      ...(await readEnds(tx, copy.open())),
      attendance: await readAttendance(tx, periodOf(fromMs)),
      floods: await readFloodRecords(tx),
    }));
    const known = new Set(ends.map(({ eventId }) => eventId));
    copy.remove(copy.open().filter((eventId) => !known.has(eventId)));
    copy.end(ends.filter(({ endsMs }) => endsMs !== null));
    copy.end(open.map((eventId) => ({ eventId, endsMs: null })));
    copy.putAttendance(attendance);
    copy.forget(oldestMs);
    return floods;
  },
});

/**
 * What stood on the board as a row of its own, the moment that it was found: what joined another incident in that moment
 * never asked for anything; what a person merged had.
 */
const readAlarms = async (tx: Transaction, sinceMs: number, after: RowId): Promise<CopiedAlarm[]> => {
  const rows = await tx.fittingRows(
    alarmRow,
    // By monitoring_events_detection_idx; every ten seconds, what is new and what is two minutes old at most.
    sql`/* regie:alarms */
      select e.event_id, e.severity, e.detection_algorithm, e.card_id, e.event_data, e.context_data, a.storm,
        e.detection_timestamp, case when e.status not in ('OPEN', 'INVESTIGATING')
          then coalesce(e.resolved_at, e.detection_timestamp) end as ended_at
      from public.monitoring_events e left join console.alerts a using (event_id)
      where e.detection_timestamp > ${new Date(sinceMs).toISOString()}::timestamptz and e.event_id > ${after}::bigint
        and e.severity <> 'INFO'
        and case a.placed when 'merged' then a.placed_from = e.event_id when 'split' then a.placed_from = e.event_id
          else coalesce(a.incident_id, e.event_id) = e.event_id end
      order by e.event_id limit ${BATCH}`,
    { name: 'monitoring_events', id: 'event_id' },
  );
  return rows.map((row) => ({
    eventId: row.event_id,
    beginsMs: Date.parse(row.detection_timestamp),
    endsMs: row.ended_at === null ? null : Date.parse(row.ended_at),
    severity: row.severity,
    algorithm: row.detection_algorithm,
    about:
      row.storm === null
        ? (placeOf([{ facts: row.event_data, context: row.context_data ?? {} }]) ?? row.card_id)
        : null,
  }));
};

/** Which are open by now, and when those that were open ended; what is in neither is gone. */
const readEnds = async (tx: Transaction, wereOpen: readonly RowId[]) => {
  const open = await tx.fittingRows(
    openRow,
    // By monitoring_events_open_idx.
    sql`/* regie:alarms */
      select event_id from public.monitoring_events where status in ('OPEN', 'INVESTIGATING') and severity <> 'INFO'`,
    { name: 'monitoring_events', id: 'event_id' },
  );
  const ends = await tx.fittingRows(
    endRow,
    // By primary key.
    sql`/* regie:alarms */
      select event_id, case when status not in ('OPEN', 'INVESTIGATING')
        then coalesce(resolved_at, detection_timestamp) end as ended_at
      from public.monitoring_events where event_id = any (${[...wereOpen]}::bigint[])`,
    { name: 'monitoring_events', id: 'event_id' },
  );
  return {
    open: open.map(({ event_id }) => event_id),
    ends: ends.map(({ event_id, ended_at }) => ({
      eventId: event_id,
      endsMs: ended_at === null ? null : Date.parse(ended_at),
    })),
  };
};

/** Floods of thirty days, the newest first. */
const readFloodRecords = async (tx: Transaction): Promise<FloodRecord[]> => {
  const rows = await tx.rows(
    floodRow,
    // By primary key.
    sql`/* regie:alarms */
      select since, ended_at, alarms, first_event_id, cause, to_jsonb(people) as people from console.floods
      where since > now() - interval '30 days' order by since desc limit 50`,
  );
  return rows.map(({ ended_at, first_event_id, ...rest }) => ({ ...rest, endedAt: ended_at, first: first_event_id }));
};
