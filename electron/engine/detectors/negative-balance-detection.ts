import { z } from 'zod';
import { cents } from '../../../shared/domain/money.ts';
import { type CardComparison, cardDetector, type Finding, type Micros } from '../detector.ts';

const ALGORITHM = 'negative_balance_detection';

export const negativeBalanceDetection = cardDetector({
  judges: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ comparisons, now }) => ({
    findings: comparisons.filter((look) => look.actual < 0).map((look) => negativeFinding(look, now)),
    cleared: comparisons.filter((look) => look.actual >= 0).map((look) => negativeKey(look.cardId)),
  }),
});

const negativeKey = (cardId: string): string => `${ALGORITHM}:${cardId}`;

const negativeFinding = (look: CardComparison, now: Micros): Finding => ({
  algorithm: ALGORITHM,
  key: negativeKey(look.cardId),
  eventType: 'balance_discrepancy',
  severity: 'HIGH',
  confidence: 1,
  cardId: look.cardId,
  transactionId: null,
  amount: cents(-look.actual),
  occurredAt: Math.min(Math.max(look.lastTransactionAt ?? 0, look.changedAt ?? 0) || now, now),
  facts: {
    negative_balance: { cents: look.actual },
    expected_balance: { cents: look.expected },
    transaction_count: look.transactionCount,
    last_transaction: look.lastTransactionAt === null ? null : { micros: look.lastTransactionAt },
  },
  fingerprint: String(look.actual),
  members: [],
});
