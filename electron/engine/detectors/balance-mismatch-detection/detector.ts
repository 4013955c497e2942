import { z } from 'zod';
import { cents } from '../../../../shared/domain/money.ts';
import { type CardLook, cardDetector, type Finding } from '../../detector.ts';

export const ALGORITHM = 'balance_mismatch_detection';

const key = (cardId: string): string => `${ALGORITHM}:${cardId}`;

/** One cent is rounding, two are not (detectors.md: abs(discrepancy) > 0.01). */
export const isMismatch = (look: Pick<CardLook, 'actual' | 'expected'>): boolean =>
  Math.abs(look.actual - look.expected) > 1;

export const mismatchFinding = (look: CardLook, now: number): Finding => {
  const discrepancy = cents(look.actual - look.expected);
  return {
    algorithm: ALGORITHM,
    key: key(look.cardId),
    eventType: 'balance_discrepancy',
    severity: 'CRITICAL',
    confidence: 1,
    cardId: look.cardId,
    transactionId: null,
    amount: cents(Math.abs(discrepancy)),
    occurredAt: look.lastTransactionAt ?? now,
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

export const balanceMismatchDetection = cardDetector({
  judges: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ looks, now }) => ({
    findings: looks.filter((look) => isMismatch(look) && look.confirmed).map((look) => mismatchFinding(look, now)),
    cleared: looks.filter((look) => !isMismatch(look)).map((look) => key(look.cardId)),
  }),
});
