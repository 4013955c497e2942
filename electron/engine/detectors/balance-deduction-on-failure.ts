import { z } from 'zod';
import { cents } from '../../../shared/domain/money.ts';
import { arrivalDetector, type Finding, type TransactionRow } from '../detector.ts';

const ALGORITHM = 'balance_deduction_on_failure';

export const balanceDeductionOnFailure = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: async ({ lookback, transactions }) => {
    const cards = [...new Set(transactions.filter((row) => row.status === 'failed').map((row) => row.cardId))];
    if (cards.length === 0) return { findings: [] };
    const balances = await lookback.balancesOf(cards);
    return deductions(transactions, (cardId) => balances.get(cardId));
  },
});

/**
 * A failed transaction that moved the card's balance all the same. A row with a NULL balance says nothing and is counted.
 * `balanceOf` gives the card's amount now.
 */
export const deductions = (
  rows: readonly TransactionRow[],
  balanceOf: (cardId: string) => number | undefined,
): { findings: Finding[]; notJudged: number } => {
  const failed = rows.filter((row) => row.status === 'failed');
  const findings = failed.flatMap((row): Finding[] => {
    if (row.previous === null || row.next === null || row.previous === row.next) return [];
    const current = balanceOf(row.cardId);
    return [
      {
        algorithm: ALGORITHM,
        key: `${ALGORITHM}:${row.logId}`,
        eventType: 'transaction_failure',
        severity: 'CRITICAL',
        confidence: 1,
        cardId: row.cardId,
        transactionId: row.transactionId,
        amount: cents(Math.abs(row.next - row.previous)),
        occurredAt: row.at,
        facts: {
          log_id: row.logId,
          transaction_type: row.type,
          previous_balance: { cents: row.previous },
          new_balance: { cents: row.next },
          current_balance: current === undefined ? null : { cents: cents(current) },
          discrepancy: { cents: cents(row.next - row.previous) },
          transaction_timestamp: { micros: row.at },
          point_of_sale: row.pointOfSale,
        },
        fingerprint: row.logId,
        members: [row.logId],
      },
    ];
  });
  return { findings, notJudged: failed.filter((row) => row.previous === null || row.next === null).length };
};
