import { z } from 'zod';
import { cents } from '../../../../shared/domain/money.ts';
import { type CardLook, cardDetector, type Finding } from '../../detector.ts';

export const ALGORITHM = 'negative_balance_detection';

const key = (cardId: string): string => `${ALGORITHM}:${cardId}`;

export const negativeFinding = (look: CardLook, now: number): Finding => ({
  algorithm: ALGORITHM,
  key: key(look.cardId),
  eventType: 'balance_discrepancy',
  severity: 'HIGH',
  confidence: 1,
  cardId: look.cardId,
  transactionId: null,
  amount: cents(-look.actual),
  occurredAt: look.lastTransactionAt ?? now,
  facts: {
    negative_balance: { cents: look.actual },
    expected_balance: { cents: look.expected },
    transaction_count: look.transactionCount,
    last_transaction: look.lastTransactionAt === null ? null : { micros: look.lastTransactionAt },
  },
  fingerprint: String(look.actual),
  members: [],
});

export const negativeBalanceDetection = cardDetector({
  judges: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ looks, now }) => ({
    findings: looks.filter((look) => look.actual < 0).map((look) => negativeFinding(look, now)),
    cleared: looks.filter((look) => look.actual >= 0).map((look) => key(look.cardId)),
  }),
});
