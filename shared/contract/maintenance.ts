import { z } from 'zod';
import { instantSchema } from '../domain/primitives.ts';
import { RETENTION_DAYS } from '../domain/retention.ts';
import { EVERYBODY, SUPERVISORS, TECHNICAL } from '../domain/rights.ts';
import { command, live, local, nothing, query } from './declare.ts';

/** A backup that was made, or failed, on any laptop. */
const backupSchema = z.object({
  backupId: z.uuid(),
  outcome: z.enum(['made', 'failed']),
  notedAt: instantSchema,
  /** Of its snapshot; null for one that failed. */
  snapshotAt: instantSchema.nullable(),
  madeBy: z.string(),
  laptop: z.string(),
  file: z.string().nullable(),
  bytes: z.number().nullable(),
  rows: z.number().nullable(),
  encrypted: z.boolean().nullable(),
  /** When the file was read again, and held. */
  verifiedAt: instantSchema.nullable(),
  error: z.string().nullable(),
});
export type Backup = z.infer<typeof backupSchema>;

/** A daily maintenance, or one that somebody asked for. */
const runSchema = z.object({
  runId: z.uuid(),
  day: z.string(),
  askedBy: z.string().nullable(),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  /** Null while it goes on. */
  outcome: z.enum(['done', 'failed', 'cancelled', 'missed']).nullable(),
  step: z.enum(['clean', 'snapshots', 'refresh', 'analyze', 'end']),
  events: z.number(),
  snapshots: z.number(),
  laptop: z.string().nullable(),
  /** What this login may not do was left out. */
  leftOut: z.array(z.enum(['refresh', 'analyze'])),
});
export type MaintenanceRun = z.infer<typeof runSchema>;

/** As the festival's database last answered. */
export const maintenanceSchema = z.object({
  at: instantSchema,
  /** The hour of the day, at the festival, in which it is done. */
  quietHour: z.int(),
  retentionDays: z.int(),
  /** Who set it and when; null: it is the guide's own. */
  retentionSet: z.object({ by: z.string(), at: instantSchema }).nullable(),
  /** The newest first. */
  backups: z.array(backupSchema),
  runs: z.array(runSchema),
});
export type MaintenanceState = z.infer<typeof maintenanceSchema>;

/** What this laptop does and has itself. */
const laptopSchema = z.object({
  folder: z.string(),
  /** How far the backup has come that is being made here; null: none is. */
  progress: z.object({ tablesDone: z.int(), tables: z.int(), rows: z.int(), bytes: z.int() }).nullable(),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), writtenAt: instantSchema })),
});

const verifiedSchema = z.object({ takenAt: z.string(), tables: z.int(), rows: z.int(), checksum: z.string() });

const daysSchema = z.int().min(RETENTION_DAYS.least).max(RETENTION_DAYS.most);

/** What the next run would archive, as the tables are now. */
const retentionPreviewSchema = z.object({ at: instantSchema, events: z.int(), snapshots: z.int() });
export type RetentionPreview = z.infer<typeof retentionPreviewSchema>;

const passphraseSchema = z.string().min(8).max(200);

export const maintenanceCalls = {
  'maintenance.get': query(nothing, z.object({ festival: maintenanceSchema.nullable(), laptop: laptopSchema })),
  /** Whoever leads does it now. */
  'maintenance.run': command({ input: {}, roles: TECHNICAL, keys: () => ['maintenance'] }),
  'maintenance.cancel': command({ input: { runId: z.uuid() }, roles: TECHNICAL, keys: () => ['maintenance'] }),
  /** Keeps closed alerts for so many days from the next run on; `base`: as many as the screen showed. */
  'maintenance.setRetention': command({
    input: { base: z.int(), days: daysSchema },
    roles: SUPERVISORS,
    stepUp: true,
    keys: () => ['maintenance'],
    snapshot: ({ base }) => ({ days: base }),
  }),
  'maintenance.previewRetention': live({
    input: z.strictObject({ days: daysSchema }),
    output: retentionPreviewSchema,
    roles: EVERYBODY,
  }),
  /** Writes a backup into this laptop's folder and reads it again; answers when both are done. */
  'backup.make': live({
    input: z.strictObject({ passphrase: passphraseSchema.nullable() }),
    output: z.object({ file: z.string(), rows: z.int(), bytes: z.int() }),
    roles: TECHNICAL,
  }),
  'backup.cancel': local({ input: nothing, output: nothing, roles: TECHNICAL }),
  /** Reads a file of this laptop's folder from its first byte to its last. */
  'backup.verify': local({
    input: z.strictObject({ name: z.string().regex(/^[\w.-]{1,120}$/), passphrase: passphraseSchema.nullable() }),
    output: verifiedSchema,
    roles: EVERYBODY,
  }),
} as const;
