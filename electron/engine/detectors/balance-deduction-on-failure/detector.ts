import { z } from 'zod';
import { arrivalDetector } from '../../detector.ts';
import { ALGORITHM, deductions } from './rule.ts';

export const balanceDeductionOnFailure = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: async ({ around, transactions }) => {
    const cards = [...new Set(transactions.filter((row) => row.status === 'failed').map((row) => row.cardId))];
    if (cards.length === 0) return { findings: [] };
    const balances = await around.balancesOf(cards);
    return deductions(transactions, (cardId) => balances.get(cardId));
  },
});
