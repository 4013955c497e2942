import { z } from 'zod';
import { arrivalDetector, SECOND } from '../../detector.ts';
import { around as spanAround } from '../../time.ts';
import { ALGORITHM, concurrentFinding, concurrentGroups } from './rule.ts';

/** A group may have begun long before its newest row: so far back it is looked for. */
const LOOK_BACK = 120 * SECOND;

export const concurrentTransactionDetection = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().min(0.1).max(60).default(2) }),
  detect: async ({ around, settings, transactions }) => {
    const judged = transactions.filter((row) => row.type !== 'manual_correction');
    if (judged.length === 0) return { findings: [] };
    const arrived = new Set(judged.map((row) => row.logId));
    const cards = [...new Set(judged.map((row) => row.cardId))];
    const rows = await around.transactionsOfCards(cards, spanAround(judged, LOOK_BACK));
    const findings = [...Map.groupBy(rows, (row) => row.cardId).values()]
      .flatMap((ofCard) => concurrentGroups(ofCard, settings.seconds))
      .filter((group) => group.some((row) => arrived.has(row.logId)))
      .flatMap((group) => concurrentFinding(group, settings.seconds) ?? []);
    return { findings };
  },
});
