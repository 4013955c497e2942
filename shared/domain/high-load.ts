import { z } from 'zod';
import { instantSchema } from './primitives.ts';

/** The guide's intervals for a festival with many times its usual traffic. */
export const HIGH_LOAD_INTERVALS = { criticalMs: 15_000, mediumMs: 60_000 } as const;

/** So many times the usual transactions a minute are more than a good evening. */
export const HIGH_LOAD_FACTOR = 4;
/** Fewer transactions a minute than this are no high load, whatever is usual. */
const LEAST_A_MINUTE = 20;

export const highLoadSchema = z.object({
  /** Null: it is off. */
  until: instantSchema.nullable(),
  setBy: z.string().nullable(),
  /** Transactions a minute now, and what is usual; null where there is no history to say so. */
  perMinute: z.number(),
  usualPerMinute: z.number().nullable(),
});
export type HighLoad = z.infer<typeof highLoadSchema>;

/** Whether there is so much traffic that high load is offered. */
export const offersHighLoad = ({ until, perMinute, usualPerMinute }: HighLoad): boolean =>
  until === null &&
  usualPerMinute !== null &&
  perMinute >= LEAST_A_MINUTE &&
  perMinute > HIGH_LOAD_FACTOR * usualPerMinute;
