import { z } from 'zod';
import { cents } from '../../../shared/domain/money.ts';
import { type CardComparison, cardDetector, type Finding, type Micros } from '../detector.ts';

const ALGORITHM = 'balance_mismatch_detection';

export const balanceMismatchDetection = cardDetector({
  judges: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ comparisons, now }) => ({
    findings: comparisons
      .filter((look) => isMismatch(look) && look.confirmed)
      .map((look) => mismatchFinding(look, now)),
    cleared: comparisons.filter((look) => !isMismatch(look)).map((look) => mismatchKey(look.cardId)),
  }),
});

const mismatchKey = (cardId: string): string => `${ALGORITHM}:${cardId}`;

/** One cent is rounding, two are not (detectors.md: abs(discrepancy) > 0.01). */
export const isMismatch = (look: Pick<CardComparison, 'actual' | 'expected'>): boolean =>
  Math.abs(look.actual - look.expected) > 1;

/** When a card came to be as it is: its last transaction, or its own last change where the festival keeps that. */
export const changedAt = (look: Pick<CardComparison, 'lastTransactionAt' | 'changedAt'>, now: Micros): Micros => {
  const known = [look.lastTransactionAt, look.changedAt].filter((at) => at !== null && at <= now) as Micros[];
  return known.length === 0 ? now : Math.max(...known);
};

export const mismatchFinding = (look: CardComparison, now: Micros): Finding => {
  const discrepancy = cents(look.actual - look.expected);
  return {
    algorithm: ALGORITHM,
    key: mismatchKey(look.cardId),
    eventType: 'balance_discrepancy',
    severity: 'CRITICAL',
    confidence: 1,
    cardId: look.cardId,
    transactionId: null,
    amount: cents(Math.abs(discrepancy)),
    occurredAt: changedAt(look, now),
    facts: {
      actual_balance: { cents: look.actual },
      expected_balance: { cents: look.expected },
      discrepancy: { cents: discrepancy },
      transaction_count: look.transactionCount,
      last_transaction: look.lastTransactionAt === null ? null : { micros: look.lastTransactionAt },
    },
    fingerprint: String(discrepancy),
    members: [],
  };
};
