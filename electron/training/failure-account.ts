/**
 * How many transactions of the last 15 minutes failed. The guide's alarm goes off when more than 5 % of more than 10
 * failed, so nothing but an injected spike may come near (docs/detection.md, "Detectors").
 */
export type FailureAccount = {
  /** Counts a transaction of this instant (milliseconds of the database's clock). `spike`: it belongs to an injected one. */
  add(at: number, row: { failed: boolean; spike?: boolean }, count?: number): void;
  /** Whether this many more failures stay below the share, at `at`. A spike is left out: it passes as a whole. */
  hasRoom(at: number, failures: number, share: number): boolean;
  /** Completed transactions that are missing for this many more failures to be inconspicuous. */
  shortfall(at: number, failures?: number): number;
  /** All of the last 15 minutes, a spike included. */
  all(at: number): { total: number; failed: number };
  clear(): void;
};

export const WINDOW_MS = 15 * 60_000;

/** Below the alarm's 5 % by as much as a few rows that leave the window may change. */
const INCONSPICUOUS = 0.043;

const BUCKET_MS = 1_000;

type Bucket = { readonly from: number; total: number; failed: number; spikeTotal: number; spikeFailed: number };

export const createFailureAccount = (): FailureAccount => {
  // In the order of time, nearly: a row may be a few buckets late.
  let buckets: Bucket[] = [];

  const counted = (at: number, marginMs = 0) => {
    const oldest = at - WINDOW_MS + marginMs;
    while (buckets[0] !== undefined && buckets[0].from < at - WINDOW_MS - BUCKET_MS) buckets.shift();
    const sum = { total: 0, failed: 0, spikeTotal: 0, spikeFailed: 0 };
    for (const bucket of buckets) {
      if (bucket.from < oldest) continue;
      sum.total += bucket.total;
      sum.failed += bucket.failed;
      sum.spikeTotal += bucket.spikeTotal;
      sum.spikeFailed += bucket.spikeFailed;
    }
    return sum;
  };

  /** The larger of what is missing now and in a few seconds, when older rows have left. */
  const shortfall = (at: number, failures: number, share: number): number => {
    const missing = (marginMs: number) => {
      const { total, failed } = counted(at, marginMs);
      const wanted = failed + failures === 0 ? 0 : Math.ceil((failed + failures) / share);
      return Math.max(0, wanted - total - failures);
    };
    return Math.max(missing(0), missing(LOOK_AHEAD_MS));
  };

  return {
    add: (at, { failed, spike = false }, count = 1) => {
      const from = Math.floor(at / BUCKET_MS) * BUCKET_MS;
      let bucket = buckets.findLast((one) => one.from === from);
      if (bucket === undefined) {
        bucket = { from, total: 0, failed: 0, spikeTotal: 0, spikeFailed: 0 };
        const after = buckets.findLastIndex((one) => one.from < from);
        buckets.splice(after + 1, 0, bucket);
      }
      bucket[spike ? 'spikeTotal' : 'total'] += count;
      if (failed) bucket[spike ? 'spikeFailed' : 'failed'] += count;
    },
    hasRoom: (at, failures, share) => shortfall(at, failures, share) === 0,
    shortfall: (at, failures = 0) => shortfall(at, failures, INCONSPICUOUS),
    all: (at) => {
      const { total, failed, spikeTotal, spikeFailed } = counted(at);
      return { total: total + spikeTotal, failed: failed + spikeFailed };
    },
    clear: () => {
      buckets = [];
    },
  };
};

const LOOK_AHEAD_MS = 10_000;
