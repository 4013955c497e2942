import type { FaultKind } from '../../shared/domain/fault.ts';
import type { FailureAccount } from './failure-account.ts';
import type { Label } from './labels.ts';
import type { Random } from './random.ts';

/** Decides when an automatic fault appears, and which. */
export type AutoFaults = {
  /** The kind that is due at this monotonic instant, or undefined. */
  due(now: number, databaseNow: number): FaultKind | undefined;
  /** The speed has changed: what was far away may be near. */
  reschedule(now: number, speed: number): void;
};

const FIRST_MS = { from: 8_000, to: 15_000 };
const BETWEEN_MS = { from: 120_000, to: 240_000 };
/** However fast the festival runs, an operator must have time for one before the next. */
const CLOSEST_MS = 20_000;
const SPREAD_MS = 5_000;

const WEIGHTS: readonly (readonly [FaultKind, number])[] = [
  ['deduction_on_failure', 40],
  ['balance_mismatch', 15],
  ['duplicate_scans', 15],
  ['concurrent_transactions', 10],
  ['negative_balance', 8],
  ['consecutive_failures', 8],
  ['failure_spike', 4],
];

/** Failures in a row come only where they are inconspicuous among all others without help. */
const MOST_ATTEMPTS = 5;
const UNHELPED_SHARE = 0.04;
/** A spike takes hundreds of failed orders at high speed: not without being asked for. */
const SPIKE_TRANSACTIONS = 600;
const BETWEEN_SPIKES_MS = 45 * 60_000;

export const createAutoFaults = (options: {
  random: Random;
  account: FailureAccount;
  labels: () => readonly Label[];
  startedAt: number;
}): AutoFaults => {
  const { random, account, labels } = options;
  let at = options.startedAt + random.between(FIRST_MS.from, FIRST_MS.to);
  let first = true;
  let speed = 1;
  let lastAt = Number.NEGATIVE_INFINITY;

  const delay = () =>
    Math.max(random.between(BETWEEN_MS.from, BETWEEN_MS.to) / speed, CLOSEST_MS + random.between(0, SPREAD_MS));

  const fits = (kind: FaultKind, databaseNow: number): boolean => {
    switch (kind) {
      case 'consecutive_failures':
        return account.hasRoom(databaseNow, MOST_ATTEMPTS, UNHELPED_SHARE);
      case 'failure_spike':
        return (
          account.all(databaseNow).total <= SPIKE_TRANSACTIONS &&
          !labels().some((one) => one.kind === kind && Date.parse(one.at) > databaseNow - BETWEEN_SPIKES_MS)
        );
      case 'deduction_on_failure':
      case 'balance_mismatch':
      case 'duplicate_scans':
      case 'concurrent_transactions':
      case 'negative_balance':
      case 'double_charge':
      case 'chain_break':
      case 'reader_failures':
      case 'silent_reader':
      case 'unknown_type':
      case 'unknown_status':
      case 'unknown_card':
      case 'edited_log':
      case 'health_change':
        return true;
    }
  };

  return {
    due: (now, databaseNow) => {
      if (now < at) return undefined;
      lastAt = now;
      at = now + delay();
      // The first one is the one that the operator's runbook begins with.
      const kind = first ? 'deduction_on_failure' : drawn(random);
      first = false;
      return fits(kind, databaseNow) ? kind : 'deduction_on_failure';
    },
    reschedule: (now, changed) => {
      speed = changed;
      if (!first) at = Math.max(Math.min(at, now + delay()), lastAt + CLOSEST_MS);
    },
  };
};

const drawn = (random: Random): FaultKind => {
  const sum = WEIGHTS.reduce((total, [, weight]) => total + weight, 0);
  let left = random.fraction() * sum;
  for (const [kind, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return kind;
  }
  return 'deduction_on_failure';
};
