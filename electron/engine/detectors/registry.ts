import type { Detector } from '../detector.ts';
import { balanceChainBreak } from './balance-chain-break/detector.ts';
import { balanceDeductionOnFailure } from './balance-deduction-on-failure/detector.ts';
import { balanceMismatchDetection } from './balance-mismatch-detection/detector.ts';
import { concurrentTransactionDetection } from './concurrent-transaction-detection/detector.ts';
import { consecutiveFailures } from './consecutive-failures/detector.ts';
import { duplicateCharge } from './duplicate-charge/detector.ts';
import { healthStatusChange } from './health-status-change/detector.ts';
import { ledgerDrift } from './ledger-drift/detector.ts';
import { negativeBalanceDetection } from './negative-balance-detection/detector.ts';
import { readerFailureSpike } from './reader-failure-spike/detector.ts';
import { readerSilent } from './reader-silent/detector.ts';
import { systemFailureSpike } from './system-failure-spike/detector.ts';
import { temporalDuplicateDetection } from './temporal-duplicate-detection/detector.ts';
import { unknownCard } from './unknown-card/detector.ts';
import { unknownTransactionType } from './unknown-transaction-type/detector.ts';

/** All detectors. A new one is a folder of its own and a line here. */
export const detectors: readonly Detector[] = [
  balanceDeductionOnFailure,
  balanceMismatchDetection,
  negativeBalanceDetection,
  consecutiveFailures,
  systemFailureSpike,
  temporalDuplicateDetection,
  duplicateCharge,
  concurrentTransactionDetection,
  balanceChainBreak,
  readerFailureSpike,
  readerSilent,
  unknownTransactionType,
  unknownCard,
  ledgerDrift,
  healthStatusChange,
];
