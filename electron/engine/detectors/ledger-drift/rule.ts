import { type Cents, cents } from '../../../../shared/domain/money.ts';
import type { Finding, Micros } from '../../detector.ts';

export const ALGORITHM = 'ledger_drift';

/** A card whose ledger was not what a recompute of the whole log gave; it has been repaired. */
export type Drift = { readonly cardId: string; readonly ledger: Cents; readonly recomputed: Cents };

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
