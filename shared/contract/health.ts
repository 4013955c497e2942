import { z } from 'zod';
import { instantSchema, serialSchema } from '../domain/primitives.ts';
import { ANYONE } from '../domain/rights.ts';
import { live, local, nothing, query } from './declare.ts';

/** How long the stages of alerts took, milliseconds; null where nothing was measured. */
const stageSchema = z.object({
  stage: z.enum(['commit', 'detect', 'show']),
  count: z.int(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});

/** A canary: a known-bad probe of our own that must reach every screen (docs/detection.md, "Canary"). */
export const canaryProbeSchema = z.object({
  probeId: serialSchema,
  plantedAt: instantSchema,
  readAt: instantSchema.nullable(),
  detectedAt: instantSchema.nullable(),
  sightings: z.array(z.object({ laptop: z.string(), receivedAt: instantSchema, displayedAt: instantSchema })),
});
export type CanaryProbe = z.infer<typeof canaryProbeSchema>;

/** A laptop that has been heard of in the last day. */
export const laptopSchema = z.object({
  laptop: z.string(),
  seenAt: instantSchema,
  leads: z.boolean(),
  lastCanaryAt: instantSchema.nullable(),
  /** Since when no canary has reached its screen though it is there; null while it sees. */
  blindSince: instantSchema.nullable(),
});
export type Laptop = z.infer<typeof laptopSchema>;

/** One hour of the hourly verification (docs/detection.md, "Hourly verification"). */
export const verifiedHourSchema = z.object({
  /** Its beginning. */
  hour: instantSchema,
  /** `pending`: it is not over, or was not verified yet; null: before Regie. */
  verdict: z.enum(['ok', 'failed', 'missing', 'pending']).nullable(),
  /** Alerts and records that were written in it; null where it was not verified. */
  events: z.int().nullable(),
  /** The figures that decide, with their thresholds. */
  checks: z.array(
    z.object({
      figure: z.string(),
      value: z.number().nullable(),
      expect: z.union([z.object({ atMost: z.number() }), z.object({ atLeast: z.number() })]),
      fits: z.boolean(),
    }),
  ),
  madeAt: instantSchema.nullable(),
  durationMs: z.number().nullable(),
  laptop: z.string().nullable(),
  term: z.int().nullable(),
});
export type VerifiedHour = z.infer<typeof verifiedHourSchema>;

/** Regie's own health: who watches the watcher. */
export const healthSchema = z.object({
  stages: z.array(stageSchema),
  /** 24 hours, the one that goes on last. */
  verifications: z.array(verifiedHourSchema),
  laptops: z.array(laptopSchema),
  /** The last ones, newest first. */
  canaries: z.array(canaryProbeSchema),
  /** What could not be read and is not mended yet, by table and reason. */
  setAside: z.array(
    z.object({
      source: z.string(),
      reason: z.string(),
      count: z.int(),
      money: z.boolean(),
      since: instantSchema,
      row: z.string(),
      value: z.string().nullable(),
    }),
  ),
  ledger: z.object({
    lastRecomputeAt: instantSchema.nullable(),
    cards: z.int().nullable(),
    drifted: z.int().nullable(),
    durationMs: z.number().nullable(),
  }),
  /** When it was so, by the database's clock. */
  at: instantSchema,
});
export type Health = z.infer<typeof healthSchema>;

/** How far back the traffic of the board goes, and in which steps. */
export const TRAFFIC_MINUTES = 15;
export const TRAFFIC_STEP_SECONDS = 30;

export const trafficSchema = z.object({
  /** When it was so, by the database's clock. */
  at: instantSchema,
  /** Steps in which anything was ordered, oldest first; each is named by its beginning. */
  steps: z.array(z.object({ at: instantSchema, total: z.int(), failed: z.int() })),
});
export type Traffic = z.infer<typeof trafficSchema>;

export const healthCalls = {
  /** The traffic of the last quarter of an hour as the festival last answered; null before that. */
  'traffic.get': query(nothing, trafficSchema.nullable()),

  /** As it was when the festival last answered; null before that. `health.look` asks the festival. */
  'health.get': query(nothing, healthSchema.nullable()),
  'health.look': live({ input: nothing, output: healthSchema, roles: ANYONE }),
  'canary.displayed': local({ input: z.strictObject({ probeId: serialSchema }), output: nothing, roles: ANYONE }),
} as const;
