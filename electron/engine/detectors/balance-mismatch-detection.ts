import { z } from 'zod';
import { cents } from '../../../shared/domain/money.ts';
import { type CardComparison, cardDetector, type Finding, type Micros } from '../detector.ts';

const ALGORITHM = 'balance_mismatch_detection';

export const balanceMismatchDetection = cardDetector({
  input: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ comparisons, now }) => ({
    findings: comparisons
      .filter((card) => isMismatch(card) && card.confirmed)
      .map((card) => mismatchFinding(card, now)),
    cleared: comparisons.filter((card) => !isMismatch(card)).map((card) => mismatchKey(card.cardId)),
  }),
});

const mismatchKey = (cardId: string): string => `${ALGORITHM}:${cardId}`;

/** One cent is rounding, two are not. */
export const isMismatch = (card: Pick<CardComparison, 'actual' | 'expected'>): boolean =>
  Math.abs(card.actual - card.expected) > 1;

/** When a card came to be as it is: its last transaction, or its own last change where the festival keeps that. */
export const changedAt = (card: Pick<CardComparison, 'lastTransactionAt' | 'changedAt'>, now: Micros): Micros => {
  const times = [card.lastTransactionAt, card.changedAt].filter((at) => at !== null && at <= now) as Micros[];
  return times.length === 0 ? now : Math.max(...times);
};

export const mismatchFinding = (card: CardComparison, now: Micros): Finding => {
  const discrepancy = cents(card.actual - card.expected);
  return {
    algorithm: ALGORITHM,
    key: mismatchKey(card.cardId),
    eventType: 'balance_discrepancy',
    severity: 'CRITICAL',
    confidence: 1,
    cardId: card.cardId,
    transactionId: null,
    amount: cents(Math.abs(discrepancy)),
    occurredAt: changedAt(card, now),
    facts: {
      actual_balance: { cents: card.actual },
      expected_balance: { cents: card.expected },
      discrepancy: { cents: discrepancy },
      transaction_count: card.transactionCount,
      last_transaction: card.lastTransactionAt === null ? null : { micros: card.lastTransactionAt },
    },
    fingerprint: String(discrepancy),
    members: [],
  };
};
