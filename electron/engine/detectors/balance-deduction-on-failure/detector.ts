import { z } from 'zod';
import { centsColumn } from '../../../festival/rows.ts';
import { sql } from '../../../festival/sql.ts';
import { arrivalDetector } from '../../detector.ts';
import { ALGORITHM, deductions } from './rule.ts';

const cardRow = z.object({ id: z.string(), amount: centsColumn });

export const balanceDeductionOnFailure = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: async ({ tx, transactions }) => {
    const cards = [...new Set(transactions.filter((row) => row.status === 'failed').map((row) => row.cardId))];
    if (cards.length === 0) return { findings: [] };
    const balances = await tx.rows(
      cardRow,
      // By primary key; only for cards with a failed transaction.
      sql`/* regie:deduction */
        select id, coalesce(amount, 0)::numeric(10,2) as amount from public.table_cards where id = any (${cards}::text[])`,
    );
    const byCard = new Map(balances.map((row) => [row.id, row.amount]));
    return deductions(transactions, (cardId) => byCard.get(cardId));
  },
});
