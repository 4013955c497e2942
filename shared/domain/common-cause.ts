import { z } from 'zod';

/** By what rows of the log are compared. Earlier ones come first where the numbers cannot tell two apart. */
export const CAUSE_DIMENSIONS = [
  'pointOfSale',
  'reader',
  'product',
  'amount',
  'cardPrefix',
  'function',
  'type',
  'clock',
] as const;
export type CauseDimension = (typeof CAUSE_DIMENSIONS)[number];

/** A row of the log, by what it is compared with others: none, one or several values of each dimension. */
export type ComparedRow = {
  /** Rows of one card are one visitor's bad luck: each card counts once among the failing. */
  readonly card: string;
  readonly values: Readonly<Partial<Record<CauseDimension, readonly string[]>>>;
};

const valueSchema = z.object({ dimension: z.enum(CAUSE_DIMENSIONS), value: z.string() });

export const commonCauseSchema = z.discriminatedUnion('found', [
  z.object({
    found: z.literal('cause'),
    ...valueSchema.shape,
    /** Which share of the failing has it, and of all rows of the hour, 0..1. */
    failingShare: z.number(),
    trafficShare: z.number(),
    lift: z.number(),
    /** Cards that failed, and rows that they are compared with. */
    failing: z.int(),
    healthy: z.int(),
    /** How many values were compared, and how probable it was that chance made one stand out so far, at most. */
    compared: z.int(),
    chance: z.number(),
    /** What the numbers cannot tell from it. */
    also: z.array(valueSchema),
  }),
  z.object({ found: z.literal('none'), failing: z.int(), healthy: z.int(), compared: z.int() }),
]);
export type CommonCause = z.infer<typeof commonCauseSchema>;

/** Fewer cards are bad luck, fewer healthy rows say nothing about the hour. */
const ENOUGH_CARDS = 5;
const ENOUGH_HEALTHY = 20;
/** A cause explains most of what fails … */
const LEAST_SHARE = 0.6;
/** … and sets it apart from the traffic. */
const LEAST_LIFT = 2;
/** How probable chance may be, after as many comparisons as were made (Bonferroni). */
const MOST_CHANCE = 0.001;
/** Two values tell the same story when the other explains nearly as much, and neither adds to the other. */
const AS_MUCH = 0.9;
const ADDS = 0.01;

type Candidate = {
  readonly dimension: CauseDimension;
  readonly value: string;
  readonly hits: number;
  readonly healthyHits: number;
  /** Of the probability that so many have it by chance. */
  readonly log: number;
};

/**
 * What sets the failing apart from the healthy traffic of the same hour: the value that chance explains least, where it
 * explains most of them and chance explains it hardly at all, however many values were compared; else none.
 */
export const commonCause = (failingRows: readonly ComparedRow[], allHealthy: readonly ComparedRow[]): CommonCause => {
  const healthy = alike(failingRows, allHealthy);
  const failing = [...new Map(failingRows.map((row) => [row.card, row])).values()];
  const all = countValues(healthy);
  const hits = countValues(failing);
  const compared = CAUSE_DIMENSIONS.reduce(
    (sum, dimension) =>
      sum + all[dimension].size + [...hits[dimension].keys()].filter((value) => !all[dimension].has(value)).length,
    0,
  );
  const none: CommonCause = { found: 'none', failing: failing.length, healthy: healthy.length, compared };
  if (failing.length < ENOUGH_CARDS || healthy.length < ENOUGH_HEALTHY) return none;

  const candidates: Candidate[] = [];
  for (const { dimension, value, count } of listed(hits)) {
    const healthyHits = all[dimension].get(value) ?? 0;
    const share = count / failing.length;
    const traffic = (count + healthyHits) / (failing.length + healthy.length);
    if (count < ENOUGH_CARDS || share < LEAST_SHARE || share / traffic < LEAST_LIFT) continue;
    const log = logTail({ hits: count, of: failing.length, healthyHits, healthy: healthy.length });
    if (log + Math.log(compared) <= Math.log(MOST_CHANCE)) {
      candidates.push({ dimension, value, hits: count, healthyHits, log });
    }
  }
  const [first, ...others] = candidates.sort(byChance);
  if (first === undefined) return none;
  // A part of a batch of cards stands out by chance from a batch of which most fail: it is the batch.
  const best =
    others.find(
      (other) =>
        other.dimension === first.dimension && other.hits > first.hits && cannotTell(first, other, failing, healthy),
    ) ?? first;
  const trafficShare = (best.hits + best.healthyHits) / (failing.length + healthy.length);
  return {
    found: 'cause',
    ...{ dimension: best.dimension, value: best.value, failing: failing.length, healthy: healthy.length, compared },
    ...{ failingShare: best.hits / failing.length, trafficShare, lift: best.hits / failing.length / trafficShare },
    chance: Math.min(1, Math.exp(best.log + Math.log(compared))),
    also: others
      .filter((other) => other.dimension !== best.dimension && cannotTell(best, other, failing, healthy))
      .map(({ dimension, value }) => ({ dimension, value })),
  };
};

/**
 * Healthy rows of the types that failed: that a failed order is an order is no cause. Where next to nothing of these types
 * works, all rows: then the type is what sets them apart.
 */
const alike = (failing: readonly ComparedRow[], healthy: readonly ComparedRow[]): readonly ComparedRow[] => {
  const types = new Set(failing.flatMap(({ values }) => values.type ?? []));
  const ofTypes = healthy.filter(
    ({ values }) => values.type === undefined || values.type.some((one) => types.has(one)),
  );
  return ofTypes.length >= ENOUGH_HEALTHY ? ofTypes : healthy;
};

/** What chance explains least comes first; of two that it explains as badly, the one that people know. */
const byChance = (a: Candidate, b: Candidate): number =>
  Math.abs(a.log - b.log) > 1e-6
    ? a.log - b.log
    : CAUSE_DIMENSIONS.indexOf(a.dimension) - CAUSE_DIMENSIONS.indexOf(b.dimension) ||
      a.value.length - b.value.length ||
      a.value.localeCompare(b.value);

type Counts = Readonly<Record<CauseDimension, ReadonlyMap<string, number>>>;

/** In how many rows each value stands. A map for each dimension: a key made of both is a new text for each of its values. */
const countValues = (rows: readonly ComparedRow[]): Counts => {
  const counts = byDimension(() => new Map<string, number>());
  for (const { values } of rows) {
    for (const dimension of CAUSE_DIMENSIONS) {
      const known = counts[dimension];
      values[dimension]?.forEach((value, index, all) => {
        if (all.indexOf(value) === index) known.set(value, (known.get(value) ?? 0) + 1);
      });
    }
  }
  return counts;
};

const byDimension = <Value>(make: () => Value): Record<CauseDimension, Value> => ({
  ...{ pointOfSale: make(), reader: make(), product: make(), amount: make() },
  ...{ cardPrefix: make(), function: make(), type: make(), clock: make() },
});

const listed = (counts: Counts) =>
  CAUSE_DIMENSIONS.flatMap((dimension) =>
    [...counts[dimension]].map(([value, count]) => ({ dimension, value, count })),
  );

const has = ({ values }: ComparedRow, { dimension, value }: Candidate): boolean =>
  values[dimension]?.includes(value) ?? false;

/** Whether the other could as well be it: it explains as much, and the best adds nothing to it. */
const cannotTell = (
  best: Candidate,
  other: Candidate,
  failing: readonly ComparedRow[],
  healthy: readonly ComparedRow[],
): boolean => {
  if (other.hits < AS_MUCH * best.hits) return false;
  const failingThere = failing.filter((row) => has(row, other));
  const healthyThere = healthy.filter((row) => has(row, other));
  const log = logTail({
    hits: failingThere.filter((row) => has(row, best)).length,
    of: failingThere.length,
    healthyHits: healthyThere.filter((row) => has(row, best)).length,
    healthy: healthyThere.length,
  });
  return log > Math.log(ADDS);
};

/**
 * The logarithm of the probability that so many of the failing, or more, have a value when they are drawn from all rows
 * (Fisher's exact test, one-sided).
 */
const logTail = (counts: { hits: number; of: number; healthyHits: number; healthy: number }): number => {
  const { hits, of, healthyHits, healthy } = counts;
  const having = hits + healthyHits;
  const all = of + healthy;
  const most = Math.min(of, having);
  const whole = logChoose(all, of);
  let log = Number.NEGATIVE_INFINITY;
  for (let count = hits; count <= most; count += 1) {
    if (of - count > all - having) continue;
    const term = logChoose(having, count) + logChoose(all - having, of - count) - whole;
    log = Math.max(log, term) + Math.log1p(Math.exp(-Math.abs(log - term)));
    // The terms fall: what comes is lost in what is there.
    if (count > hits && term < log - 40) break;
  }
  return Math.min(0, log);
};

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

const SMALL = Array.from({ length: 32 }, (_, n) => {
  let log = 0;
  for (let factor = 2; factor <= n; factor += 1) log += Math.log(factor);
  return log;
});

/** Stirling's series, whose error is below 1e-12 from 32 on. */
const logFactorial = (n: number): number =>
  SMALL[n] ??
  n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1_260 * n ** 5);
