import { z } from 'zod';
import { arrivalDetector, SECOND } from '../../detector.ts';
import { around as spanAround } from '../../time.ts';
import { ALGORITHM, failureFinding, failureRuns } from './rule.ts';

/** A run may have begun long before its newest failure: so far back it is looked for. */
const LOOK_BACK = 3_600 * SECOND;

export const consecutiveFailures = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    count: z.int().min(2).max(20).default(3),
    minutes: z.number().min(1).max(60).default(10),
  }),
  detect: async ({ around, settings, transactions }) => {
    // A completed row that arrives late may split a run, but it never makes one.
    const failed = transactions.filter((row) => row.status === 'failed');
    if (failed.length === 0) return { findings: [] };
    const arrived = new Set(failed.map((row) => row.logId));
    const cards = [...new Set(failed.map((row) => row.cardId))];
    const rows = await around.transactionsOfCards(cards, spanAround(failed, LOOK_BACK));
    const findings = [...Map.groupBy(rows, (row) => row.cardId).values()]
      .flatMap((ofCard) => failureRuns(ofCard, settings))
      .filter((run) => run.some((row) => arrived.has(row.logId)))
      .flatMap((run) => failureFinding(run) ?? []);
    return { findings };
  },
});
