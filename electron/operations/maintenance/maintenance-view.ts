import { z } from 'zod';
import {
  type MaintenanceState,
  maintenanceSchema,
  type RetentionPreview,
} from '../../../shared/contract/maintenance.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const count = z.coerce.number();
const stateRow = z.object({
  now: instantColumn,
  quiet_hour: z.int(),
  retention_days: z.int(),
  changed_at: instantColumn.nullable(),
  changed_by: z.string().nullable(),
});
const backupRow = z.object({
  backup_id: z.uuid(),
  outcome: z.enum(['made', 'failed']),
  noted_at: instantColumn,
  snapshot_at: instantColumn.nullable(),
  made_by: z.string(),
  laptop: z.string(),
  file: z.string().nullable(),
  bytes: count.nullable(),
  rows: count.nullable(),
  encrypted: z.boolean().nullable(),
  verified_at: instantColumn.nullable(),
  error: z.string().nullable(),
});
const runRow = z.object({
  run_id: z.uuid(),
  day: z.string(),
  asked_by: z.string().nullable(),
  started_at: instantColumn.nullable(),
  finished_at: instantColumn.nullable(),
  outcome: z.enum(['done', 'failed', 'cancelled', 'missed']).nullable(),
  step: z.enum(['clean', 'snapshots', 'refresh', 'analyze', 'end']),
  cleaned_events: count,
  cleaned_snapshots: count,
  laptop: z.string().nullable(),
  no_refresh: z.boolean(),
  no_analyze: z.boolean(),
});

/** The last backups and maintenance runs of the festival, by their indexes. */
export const readMaintenance = async (tx: Transaction): Promise<MaintenanceState> => {
  const state = await tx.row(
    stateRow,
    sql`/* regie:maintenance */
      select now(), console.quiet_hour(now()) as quiet_hour, retention_days, changed_at, changed_by
      from console.maintenance_settings`,
  );
  const backups = await tx.rows(
    backupRow,
    sql`/* regie:maintenance */
      select backup_id::text, outcome, noted_at, snapshot_at, made_by, laptop, file, bytes, rows, encrypted, verified_at, error
      from console.backups order by noted_at desc limit 10`,
  );
  const runs = await tx.rows(
    runRow,
    sql`/* regie:maintenance */
      select run_id::text, day::text, asked_by, started_at, finished_at, outcome, step, cleaned_events, cleaned_snapshots, laptop,
        coalesce(after -> 'refreshed' = 'null', false) as no_refresh,
        coalesce(after -> 'analyzed' = 'null', false) as no_analyze
      from console.daily_maintenance where due_at <= now() order by due_at desc limit 14`,
  );
  return maintenanceSchema.parse({
    ...{ at: state.now, quietHour: state.quiet_hour, retentionDays: state.retention_days },
    retentionSet:
      state.changed_by === null || state.changed_at === null ? null : { by: state.changed_by, at: state.changed_at },
    backups: backups.map(({ backup_id, noted_at, snapshot_at, made_by, verified_at, ...row }) => ({
      ...row,
      ...{ backupId: backup_id, notedAt: noted_at, snapshotAt: snapshot_at, madeBy: made_by, verifiedAt: verified_at },
    })),
    runs: runs.map((row) => ({
      ...{ runId: row.run_id, day: row.day, askedBy: row.asked_by, outcome: row.outcome, step: row.step },
      ...{ startedAt: row.started_at, finishedAt: row.finished_at, laptop: row.laptop },
      ...{ events: row.cleaned_events, snapshots: row.cleaned_snapshots },
      leftOut: [...(row.no_refresh ? ['refresh'] : []), ...(row.no_analyze ? ['analyze'] : [])],
    })),
  });
};

const previewRow = z.object({
  preview: z.object({ at: z.coerce.date().transform((at) => at.toISOString()), events: z.int(), snapshots: z.int() }),
});
/** The clean-up's own question about all alerts at once: one that takes longer is not asked beside a festival. */
const PREVIEW_MS = 5_000;

/**
 * What the next run would archive if closed alerts stayed for so many days, as the tables are now. Writes nothing.
 * @throws the database's own refusal where it takes too long
 */
export const previewRetention = async (database: FestivalDatabase, days: number): Promise<RetentionPreview> =>
  (
    await database.read(
      (tx) =>
        tx.row(previewRow, sql`/* regie:maintenance */ select console.retention_preview(${days}::int) as preview`),
      { statementTimeoutMs: PREVIEW_MS },
    )
  ).preview;

const dueRow = z.object({ due: z.boolean() });

/** Whether the last night's maintenance is done and no backup has been tried since. */
export const isBackupDue = async (tx: Transaction): Promise<boolean> =>
  (
    await tx.row(
      dueRow,
      sql`/* regie:maintenance */
        select coalesce((select max(finished_at) from console.daily_maintenance where outcome = 'done' and asked_by is null)
          > coalesce((select max(noted_at) from console.backups), '-infinity'), false) as due`,
    )
  ).due;
