import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { roleSchema } from './operators.ts';
import { instantSchema } from './primitives.ts';

export const linkStatusSchema = z.object({
  state: z.enum(['connecting', 'online', 'degraded', 'offline']),
  since: instantSchema,
  /** Of the last answered probe, milliseconds. */
  roundTripMs: z.number().nullable(),
  /** When the festival's database last answered. */
  knownUpTo: instantSchema.nullable(),
  /** Why the link is down: a code of i18n `doctor.*`. */
  reason: z.string().nullable(),
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
  breaker: z.object({
    state: z.enum(['closed', 'open', 'half_open']),
    failures: z.int(),
    retryAt: instantSchema.nullable(),
    lastErrors: z.array(z.object({ at: instantSchema, message: z.string() })),
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

/** Another laptop that has Regie open on this festival (offline.md, "Several laptops"). */
export const presentLaptopSchema = z.object({
  laptop: z.string(),
  operator: z.string().nullable(),
  /** The alert that its screen shows. */
  incidentId: z.int().nullable(),
  seenAt: instantSchema,
});
export type PresentLaptop = z.infer<typeof presentLaptopSchema>;

export const systemStatusSchema = z.object({
  link: linkStatusSchema,
  engine: engineStatusSchema,
  /** Null while monitoring goes on, as far as this laptop knows. */
  stopped: monitoringStopSchema.nullable(),
  /** The database's clock minus this laptop's, milliseconds. */
  clockOffsetMs: z.number(),
  /** Other laptops, as far as this one knows. */
  laptops: z.array(presentLaptopSchema),
  /** Actions of this laptop that the festival's database has not confirmed yet. */
  waiting: z.int(),
  /** Conflicts and rejections that somebody has to decide. */
  undecided: z.int(),
  /** The replay after an outage, while more than a few actions are on their way. */
  replaying: z.object({ done: z.int(), total: z.int() }).nullable(),
  /** This laptop's own disk. */
  disk: z.object({
    /** Actions are refused until there is room again. */
    full: z.boolean(),
    /** Damaged files that nobody has been told of yet. */
    findings: z.array(bufferFindingSchema),
  }),
  /** The canary through the whole chain (product.md). */
  canary: z.object({
    /** When the last one was painted here. */
    lastPaintedAt: instantSchema.nullable(),
    /** Since when none has come to this screen; null while they come. */
    blindSince: instantSchema.nullable(),
    /** Other laptops that are there and see none. */
    others: z.array(z.object({ laptop: z.string(), blindSince: instantSchema })),
  }),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

/** The labelled faults that the training festival can inject: one for every detector. */
export const FAULT_KINDS = [
  'deduction_on_failure',
  'balance_mismatch',
  'consecutive_failures',
  'failure_spike',
  'duplicate_scans',
  'concurrent_transactions',
  'negative_balance',
  'double_charge',
  'chain_break',
  'reader_failures',
  'silent_reader',
  'unknown_type',
  'unknown_card',
  'edited_log',
  'health_change',
] as const;
export const faultKindSchema = z.enum(FAULT_KINDS);
export type FaultKind = z.infer<typeof faultKindSchema>;

export const trainingStatusSchema = z.object({
  state: z.enum(['running', 'paused']),
  /** 1 is a festival day in a day, 600 in two and a half minutes. */
  speed: z.number().min(1).max(600),
  /** Faults appear by themselves. */
  autoFaults: z.boolean(),
  transactions: z.int(),
  faults: z.int(),
  lastFault: z
    .object({
      kind: faultKindSchema,
      cardId: z.string().nullable(),
      amountCents: centsSchema.nullable(),
      at: instantSchema,
    })
    .nullable(),
  /** At this start, because the festival that was there came from before the first release. */
  madeAnew: z.boolean(),
});
export type TrainingStatus = z.infer<typeof trainingStatusSchema>;

export const AUTO_LOCK_MINUTES = [5, 10, 15, 30] as const;

export const preferencesSchema = z.strictObject({
  language: z.enum(['en', 'fr']),
  theme: z.enum(['dark', 'light']),
  /** Sound volume 0..1. */
  volume: z.number().min(0).max(1),
  /** Minutes without a touch until nobody is signed in any more; null: never. */
  autoLockMinutes: z.literal(AUTO_LOCK_MINUTES).nullable(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const sessionSchema = z.object({
  /** Name and role of who is signed in; null while nobody is. */
  operator: z.string().nullable(),
  role: roleSchema.nullable(),
  /** Why somebody is not signed in any more; null where somebody is, or nobody was since the festival was opened. */
  locked: z
    .object({
      /** inactive: they may not sign in any more; newPin: a supervisor has set a new PIN for them. */
      why: z.enum(['byHand', 'idle', 'inactive', 'newPin']),
      name: z.string(),
      at: instantSchema,
    })
    .nullable(),
  /** Who was signed in here on this festival, the last one first: their PIN is asked for first. */
  recentOperatorIds: z.array(z.uuid()),
  laptop: z.string(),
  preferences: preferencesSchema,
  festival: z.object({
    training: z.boolean(),
    /** host/database, never a password. */
    name: z.string(),
  }),
  /** IANA zone in which times are shown. */
  timeZone: z.string(),
  version: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;
