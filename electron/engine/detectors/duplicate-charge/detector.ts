import { z } from 'zod';
import { arrivalDetector, SECOND } from '../../detector.ts';
import { around as spanAround } from '../../time.ts';
import { ALGORITHM, repeatFinding, repeats } from './rule.ts';

/** The same rows that the search for transactions at the same moment asks for: they are read once. */
const LOOK_BACK = 120 * SECOND;

export const duplicateCharge = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().min(0.1).max(600).default(30) }),
  detect: async ({ around, settings, transactions }) => {
    const judged = transactions.filter((row) => row.type !== 'manual_correction');
    if (judged.length === 0) return { findings: [] };
    const arrived = new Set(judged.map((row) => row.logId));
    const cards = [...new Set(judged.map((row) => row.cardId))];
    const span = spanAround(judged, Math.max(LOOK_BACK, settings.seconds * SECOND));
    const rows = await around.transactionsOfCards(cards, span);
    return {
      findings: [...Map.groupBy(rows, (row) => row.cardId).values()]
        .flatMap((ofCard) => repeats(ofCard, settings.seconds))
        .filter(({ first, second }) => arrived.has(first.logId) || arrived.has(second.logId))
        .map(repeatFinding),
    };
  },
});
