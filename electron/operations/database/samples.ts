import { z } from 'zod';
import { instantSchema } from '../../../shared/domain/primitives.ts';

/** What the server has counted up to a moment, and how large the database was. */
export const sampleSchema = z.object({
  at: instantSchema,
  bytes: z.number(),
  hit: z.number(),
  read: z.number(),
  tempFiles: z.number(),
  tempBytes: z.number(),
  deadlocks: z.number(),
  commits: z.number(),
  rollbacks: z.number(),
  /** When the counters began; empty where the server has never set them back. */
  reset: z.string(),
});
export type Sample = z.infer<typeof sampleSchema>;

/** Earlier samples, the oldest first. */
export type Samples = readonly Sample[];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Two samples lie so far apart at least; those of more than three hours ago an hour. */
const APART_MS = 10 * MINUTE_MS;
const FINE_MS = 180 * MINUTE_MS;
const KEPT_MS = 14 * DAY_MS;
/** The window over which counters are judged. */
const WINDOW_MS = 60 * MINUTE_MS;
/** Over less than this, growth says nothing about a day. */
const GROWTH_MS = 6 * 60 * MINUTE_MS;

const timeOf = ({ at }: { at: string }): number => Date.parse(at);

/** The samples with one more, as far as it lies far enough from the last one, without what is too old or too dense. */
export const withSample = (samples: Samples, sample: Sample): Samples => {
  const last = samples.at(-1);
  const apart = last === undefined || timeOf(sample) - timeOf(last) >= APART_MS || timeOf(sample) < timeOf(last);
  if (!apart) return samples;
  const now = timeOf(sample);
  const kept: Sample[] = [];
  for (const one of samples) {
    const age = now - timeOf(one);
    // What is of a later time than now was written before a clock was set back.
    if (age > KEPT_MS || age < 0) continue;
    const before = kept.at(-1);
    if (age > FINE_MS && before !== undefined && timeOf(one) - timeOf(before) < 60 * MINUTE_MS) continue;
    kept.push(one);
  }
  return [...kept, sample];
};

/** From when on the counters of a sample are counted: the last hour, or as far back as there is anything to compare with. */
export const windowOf = (samples: Samples, now: Sample): Sample | null => {
  // After a reset, or a database that was made anew, there is nothing to take away.
  const same = samples.filter(
    (one) => one.reset === now.reset && timeOf(one) < timeOf(now) && one.commits <= now.commits && one.hit <= now.hit,
  );
  return same.findLast((one) => timeOf(now) - timeOf(one) >= WINDOW_MS) ?? same[0] ?? null;
};

/** Bytes a day, from the oldest sample of the last week; null while there is none that is old enough. */
export const growthOf = (samples: Samples, now: Pick<Sample, 'at' | 'bytes'>): number | null => {
  const from = samples.find((one) => timeOf(now) - timeOf(one) <= 7 * DAY_MS && timeOf(now) - timeOf(one) >= GROWTH_MS);
  return from === undefined ? null : ((now.bytes - from.bytes) / (timeOf(now) - timeOf(from))) * DAY_MS;
};
