import { z } from 'zod';
import { instantSchema } from '../domain/primitives.ts';
import { STAFF } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import { databaseBreakSchema } from './database-break.ts';
import { local, nothing, query } from './declare.ts';
import { regieErrorSchema } from './errors.ts';

export const linkStatusSchema = z.object({
  state: z.enum(['connecting', 'online', 'degraded', 'offline']),
  since: instantSchema,
  /** Of the last answered probe, milliseconds. */
  roundTripMs: z.number().nullable(),
  /** When the festival's database last answered. */
  knownUpTo: instantSchema.nullable(),
  /** Why the link is down: a code of i18n `doctor.*`. */
  reason: z.string().nullable(),
  /** The server that answered last, as `host:port`; null before the first answer. */
  server: z.string().nullable(),
});
export type LinkStatus = z.infer<typeof linkStatusSchema>;

export const engineStatusSchema = z.object({
  /**
   * off: not started; waiting: no link; standby: another laptop runs the engine; running; breaker_open: five failures in
   * a row, probing again at `retryAt`; stopped: somebody has stopped monitoring for the whole festival.
   */
  state: z.enum(['off', 'waiting', 'standby', 'running', 'breaker_open', 'stopped']),
  since: instantSchema,
  /** This laptop. */
  laptop: z.string(),
  /** Who runs the engine, as far as this laptop knows, and with which fencing term. */
  leader: z.object({ laptop: z.string(), term: z.int(), since: instantSchema }).nullable(),
  /** Reading what happened before or meanwhile. Null while the engine is up to date. */
  catchUp: z
    .object({
      /** history: the first look at this festival; catch_up: after an outage. */
      phase: z.enum(['history', 'catch_up']),
      done: z.int(),
      total: z.int(),
      rowsPerSecond: z.int(),
      /** An operator has stopped it; nothing is judged until it goes on. */
      paused: z.boolean(),
    })
    .nullable(),
  lastCycleAt: instantSchema.nullable(),
  lastCycleMs: z.number().nullable(),
  cycles: z.int(),
  skippedCycles: z.int(),
  /** Of the laptop that runs the engine. */
  breaker: z.object({
    state: z.enum(['closed', 'open', 'half_open']),
    failures: z.int(),
    retryAt: instantSchema.nullable(),
    lastErrors: z.array(z.object({ at: instantSchema, message: z.string() })),
    /** A cycle has succeeded since its engine leads, and since somebody has reset it: until then closed says nothing. */
    hasWorked: z.boolean().default(true),
  }),
  detectors: z.array(
    z.object({
      algorithm: z.string(),
      lastRunAt: instantSchema.nullable(),
      lastDurationMs: z.number().nullable(),
      runs: z.int(),
      errors: z.int(),
      notJudged: z.int(),
      lastError: z.string().nullable(),
    }),
  ),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;

/** Who has stopped monitoring for the whole festival, on every laptop. */
export const monitoringStopSchema = z.object({
  at: instantSchema,
  by: z.string(),
  on: z.string(),
  reason: z.string(),
});
export type MonitoringStop = z.infer<typeof monitoringStopSchema>;

/** A local file that was damaged, and what became of it. */
export const bufferFindingSchema = z.object({
  file: z.enum(['mirror', 'outbox', 'laptop']),
  at: instantSchema,
  /** SQLite's own words. */
  reason: z.string(),
  /** Where the damaged file lies now. */
  movedTo: z.string(),
  /** Rows that were saved from it, and from the newest backup. */
  salvaged: z.int(),
  fromBackup: z.int(),
  /** Rows that could be read and make no sense any more; they are kept as text beside the damaged file. */
  refused: z.int(),
  /** Whether the damaged file could be read to its end. */
  whole: z.boolean(),
});
export type BufferFinding = z.infer<typeof bufferFindingSchema>;

/** Another laptop that has Regie open on this festival (docs/offline.md, "Several laptops"). */
export const presentLaptopSchema = z.object({
  laptop: z.string(),
  operator: z.string().nullable(),
  /** The alert that its screen shows. */
  incidentId: rowIdSchema.nullable(),
  seenAt: instantSchema,
});
export type PresentLaptop = z.infer<typeof presentLaptopSchema>;

export const systemStatusSchema = z.object({
  link: linkStatusSchema,
  /** Why the festival could not be opened; null while it is open, whatever its link does. */
  failure: regieErrorSchema.nullable(),
  engine: engineStatusSchema,
  /** Null while monitoring goes on, as far as this laptop knows. */
  stopped: monitoringStopSchema.nullable(),
  /** The database's clock minus this laptop's, milliseconds. */
  clockOffsetMs: z.number(),
  /** By how much this laptop's clock was set since Regie started, milliseconds; 0 while it was not. */
  clockSetByMs: z.number(),
  /** Other laptops, as far as this one knows. */
  laptops: z.array(presentLaptopSchema),
  /** Actions of this laptop that the festival's database has not confirmed yet. */
  waiting: z.int(),
  /** Conflicts and rejections that somebody has to decide. */
  undecided: z.int(),
  /** The replay after an outage, while more than a few actions are on their way. */
  sending: z.object({ done: z.int(), total: z.int() }).nullable(),
  /** This laptop's own disk. */
  disk: z.object({
    /** Actions are refused until there is room again. */
    full: z.boolean(),
    /** Damaged files that nobody has been told of yet. */
    findings: z.array(bufferFindingSchema),
    /** Files and folders of the data directory that other users of this machine can read: they could not be closed. */
    open: z.array(z.string()),
  }),
  /** The canary through the whole chain (docs/detection.md, "Canary"). */
  canary: z.object({
    /** When the last one was displayed here. */
    lastDisplayedAt: instantSchema.nullable(),
    /** Since when none has come to this screen; null while they come. */
    blindSince: instantSchema.nullable(),
    /** Other laptops that are there and see none. */
    others: z.array(z.object({ laptop: z.string(), blindSince: instantSchema })),
  }),
  /** Since when the festival's audit trail is not the one that this laptop has seen; null: it is. */
  auditLostAt: instantSchema.nullable(),
  /** The database was found to be another or an older one, and nobody at this laptop has read that yet. */
  databaseBreak: databaseBreakSchema.nullable(),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

export const statusCalls = {
  'status.get': query(nothing, systemStatusSchema),
  /** The operator has read what became of damaged files. */
  'disk.acknowledge': local({ input: nothing, output: nothing, roles: STAFF }),
  /** The operator has read that the database is another or an older one. */
  'databaseBreak.understood': local({ input: nothing, output: nothing, roles: STAFF }),
} as const;
