import { z } from 'zod';
import { arrivalDetector, SECOND } from '../../detector.ts';
import { around as spanAround } from '../../time.ts';
import { ALGORITHM, repeatFinding, repeats } from './rule.ts';

export const duplicateCharge = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().positive().max(600).default(30) }),
  detect: async ({ around, settings, transactions }) => {
    const orders = transactions.filter((row) => row.type === 'bar_order' && row.status === 'completed');
    if (orders.length === 0) return { findings: [] };
    const arrived = new Set(orders.map((row) => row.logId));
    const cards = [...new Set(orders.map((row) => row.cardId))];
    const rows = await around.transactionsOfCards(cards, spanAround(orders, settings.seconds * SECOND));
    return {
      findings: [...Map.groupBy(rows, (row) => row.cardId).values()]
        .flatMap((ofCard) => repeats(ofCard, settings.seconds))
        .filter(({ first, second }) => arrived.has(first.logId) || arrived.has(second.logId))
        .map(repeatFinding),
    };
  },
});
