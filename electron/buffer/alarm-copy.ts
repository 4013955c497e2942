import { z } from 'zod';
import { type Alarm, type Attendance, periodOf } from '../../shared/domain/alarm-quality.ts';
import { type RowId, rowIdSchema } from '../../shared/domain/row-id.ts';
import { severitySchema } from '../../shared/domain/severity.ts';
import type { Buffer } from './buffer.ts';

/** An alarm by the event that it is known by. */
export type CopiedAlarm = Alarm & { readonly eventId: RowId };

/** The laptop's copy of what asked for attention, and of who was there: alarm quality is counted from it. */
export type AlarmCopy = {
  put(alarms: readonly CopiedAlarm[]): void;
  /** Those that the copy takes for open. */
  open(): RowId[];
  /** They were closed then; null: they are open again. */
  end(ends: readonly { readonly eventId: RowId; readonly endsMs: number | null }[]): void;
  /** They no longer exist. */
  remove(eventIds: readonly RowId[]): void;
  putAttendance(attendance: Attendance): void;
  /** What began since, and what is still open, in the order of time. */
  alarms(sinceMs: number): CopiedAlarm[];
  attendance(sincePeriod: number): Attendance;
  /** When the newest one began; null without any. */
  newestMs(): number | null;
  /** Forgets what began before and is closed. */
  forget(beforeMs: number): void;
};

const alarmRow = z.object({
  eventId: rowIdSchema,
  beginsMs: z.int(),
  endsMs: z.int().nullable(),
  severity: severitySchema,
  algorithm: z.string(),
  about: z.string().nullable(),
});
const idRow = z.object({ eventId: rowIdSchema });
const newestRow = z.object({ newest: z.int().nullable() });
const attendanceRow = z.object({ period: z.int(), people: z.int() });

/** Ids are bound and read as text: SQLite stores all their 64 bits, JavaScript's numbers do not. */
export const createAlarmCopy = (buffer: Buffer): AlarmCopy => {
  const insert = buffer.prepare(`
    insert into mirror_alarms (event_id, begins_ms, ends_ms, severity, algorithm, about)
    values (@eventId, @beginsMs, @endsMs, @severity, @algorithm, @about)
    on conflict (event_id) do update set begins_ms = excluded.begins_ms, ends_ms = excluded.ends_ms,
      severity = excluded.severity, algorithm = excluded.algorithm, about = excluded.about`);
  const selectOpen = buffer.prepare(
    'select cast(event_id as text) as eventId from mirror_alarms where ends_ms is null',
  );
  const update = buffer.prepare('update mirror_alarms set ends_ms = ? where event_id = ?');
  const drop = buffer.prepare('delete from mirror_alarms where event_id = ?');
  const insertAttendance = buffer.prepare(`
    insert into mirror_attendance (period, people) values (?, ?)
    on conflict (period) do update set people = excluded.people`);
  const select = buffer.prepare(`
    select cast(event_id as text) as eventId, begins_ms as beginsMs, ends_ms as endsMs, severity, algorithm, about from mirror_alarms
    where begins_ms >= ? or ends_ms is null or ends_ms >= ? order by begins_ms, event_id`);
  const selectAttendance = buffer.prepare('select period, people from mirror_attendance where period >= ?');
  const selectNewest = buffer.prepare('select max(begins_ms) as newest from mirror_alarms');
  const dropOld = buffer.prepare('delete from mirror_alarms where begins_ms < ? and ends_ms < ?');
  const dropAttendance = buffer.prepare('delete from mirror_attendance where period < ?');
  return {
    put: buffer.transaction((alarms: readonly CopiedAlarm[]) => {
      for (const { eventId, beginsMs, endsMs, severity, algorithm, about } of alarms)
        insert.run({ eventId, beginsMs, endsMs, severity, algorithm, about });
    }),
    open: () =>
      z
        .array(idRow)
        .parse(selectOpen.all())
        .map(({ eventId }) => eventId),
    end: buffer.transaction((ends: readonly { readonly eventId: RowId; readonly endsMs: number | null }[]) => {
      for (const { eventId, endsMs } of ends) update.run(endsMs, eventId);
    }),
    remove: buffer.transaction((eventIds: readonly RowId[]) => {
      for (const eventId of eventIds) drop.run(eventId);
    }),
    putAttendance: buffer.transaction((attendance: Attendance) => {
      for (const [period, people] of attendance) insertAttendance.run(period, people);
    }),
    alarms: (sinceMs) => z.array(alarmRow).parse(select.all(sinceMs, sinceMs)),
    attendance: (sincePeriod) =>
      new Map(
        z
          .array(attendanceRow)
          .parse(selectAttendance.all(sincePeriod))
          .map(({ period, people }) => [period, people]),
      ),
    newestMs: () => newestRow.parse(selectNewest.get()).newest,
    forget: buffer.transaction((beforeMs: number) => {
      dropOld.run(beforeMs, beforeMs);
      dropAttendance.run(periodOf(beforeMs));
    }),
  };
};
