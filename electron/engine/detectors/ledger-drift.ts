import { z } from 'zod';
import { type Cents, cents } from '../../../shared/domain/money.ts';
import { cardDetector, type Finding, type Micros } from '../detector.ts';

const ALGORITHM = 'ledger_drift';

/** Found by the comparison of cards: before a mismatch is confirmed, its card's history is read again from the log. */
export const ledgerDrift = cardDetector({
  input: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ comparisons, now }) => ({
    findings: comparisons.flatMap((card) =>
      card.repairedFrom === null
        ? []
        : [driftFinding({ cardId: card.cardId, ledger: card.repairedFrom, recomputed: card.expected }, now)],
    ),
  }),
});

/** A card whose ledger was not what a recompute of the whole log gave; it has been repaired. */
type Drift = { readonly cardId: string; readonly ledger: Cents; readonly recomputed: Cents };

export const driftFinding = (drift: Drift, now: Micros): Finding => ({
  algorithm: ALGORITHM,
  key: `${ALGORITHM}:${drift.cardId}`,
  eventType: 'system_health',
  severity: 'HIGH',
  confidence: 1,
  cardId: drift.cardId,
  transactionId: null,
  amount: cents(Math.abs(drift.recomputed - drift.ledger)),
  occurredAt: now,
  facts: {
    ledger: { cents: drift.ledger },
    recomputed: { cents: drift.recomputed },
    difference: { cents: cents(drift.recomputed - drift.ledger) },
  },
  fingerprint: `${drift.ledger}/${drift.recomputed}/${now}`,
  members: [],
});
