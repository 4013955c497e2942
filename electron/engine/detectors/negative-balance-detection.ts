import { z } from 'zod';
import { cents } from '../../../shared/domain/money.ts';
import { type CardComparison, cardDetector, type Finding, type Micros } from '../detector.ts';

const ALGORITHM = 'negative_balance_detection';

export const negativeBalanceDetection = cardDetector({
  input: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ comparisons, now }) => ({
    findings: comparisons.filter((card) => card.actual < 0).map((card) => negativeFinding(card, now)),
    cleared: comparisons.filter((card) => card.actual >= 0).map((card) => negativeKey(card.cardId)),
  }),
});

const negativeKey = (cardId: string): string => `${ALGORITHM}:${cardId}`;

const negativeFinding = (card: CardComparison, now: Micros): Finding => ({
  algorithm: ALGORITHM,
  key: negativeKey(card.cardId),
  eventType: 'balance_discrepancy',
  severity: 'HIGH',
  confidence: 1,
  cardId: card.cardId,
  transactionId: null,
  amount: cents(-card.actual),
  occurredAt: Math.min(Math.max(card.lastTransactionAt ?? 0, card.changedAt ?? 0) || now, now),
  facts: {
    negative_balance: { cents: card.actual },
    expected_balance: { cents: card.expected },
    transaction_count: card.transactionCount,
    last_transaction: card.lastTransactionAt === null ? null : { micros: card.lastTransactionAt },
  },
  fingerprint: String(card.actual),
  members: [],
});
