import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { instantSchema } from '../domain/primitives.ts';
import { nothing, query } from './declare.ts';

export const HEALTH_STATUSES = ['HEALTHY', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** What a snapshot of the festival's health said; null what it does not say. */
const snapshotSchema = z.object({
  at: instantSchema,
  status: z.enum(HEALTH_STATUSES),
  /** Of the hour before it, per cent. */
  successRate: z.number().nullable(),
  transactions: z.int(),
  averageMs: z.number().nullable(),
  /** 95 % of the detection cycles took no longer. */
  detectionMs: z.number().nullable(),
  openCritical: z.int().nullable(),
  responseMs: z.number().nullable(),
  /** What all cards held together. */
  onCardsCents: centsSchema.nullable(),
});
export type HealthSnapshot = z.infer<typeof snapshotSchema>;

/** The snapshots of the last 24 hours, oldest first. */
export const curvesSchema = z.object({ at: instantSchema, snapshots: z.array(snapshotSchema) });

/** A reader or a point of sale of the last day. */
const sourceSchema = z.object({
  name: z.string(),
  lastAt: instantSchema,
  /** Scans or transactions of the last hour, and how many of them failed. */
  total: z.int(),
  failed: z.int(),
  /** In the last quarter of an hour, a minute. */
  perMinute: z.number(),
});
export type TrafficSource = z.infer<typeof sourceSchema>;

export const moneyOfHourSchema = z.object({ takingsCents: centsSchema, topUpsCents: centsSchema });

/** What goes on at the festival, as the engine has read it. */
export const pulseSchema = z.object({
  /** When it was so, by the database's clock. */
  at: instantSchema,
  /** Transactions a minute over the last five whole minutes. */
  perMinute: z.number(),
  /** Of the last quarter of an hour. */
  recent: z.object({ total: z.int(), failed: z.int() }),
  /** The last 60 minutes, and the 60 before them. */
  hour: moneyOfHourSchema,
  hourBefore: moneyOfHourSchema,
  /** Completed transactions of the hour whose amount cannot be read: the sums are without them. */
  noAmount: z.int(),
  readers: z.array(sourceSchema),
  places: z.array(sourceSchema),
  /** How many there are of each: the lists are cut where there are very many. */
  readerCount: z.int(),
  placeCount: z.int(),
  /** Events of the last 24 hours, as the guide counts them. */
  lastDay: z.object({ total: z.int(), critical: z.int(), open: z.int() }),
  openCritical: z.int(),
});
export type Pulse = z.infer<typeof pulseSchema>;

export const overviewSchema = z.object({ curves: curvesSchema.nullable(), pulse: pulseSchema.nullable() });
export type Overview = z.infer<typeof overviewSchema>;

export const overviewCalls = {
  /** As the festival last answered, each part with its time; null before that. */
  'overview.get': query(nothing, overviewSchema),
} as const;
