import type { Detector } from '../detector.ts';
import { balanceDeductionOnFailure } from './balance-deduction-on-failure/detector.ts';
import { balanceMismatchDetection } from './balance-mismatch-detection/detector.ts';
import { concurrentTransactionDetection } from './concurrent-transaction-detection/detector.ts';
import { consecutiveFailures } from './consecutive-failures/detector.ts';
import { negativeBalanceDetection } from './negative-balance-detection/detector.ts';
import { systemFailureSpike } from './system-failure-spike/detector.ts';
import { temporalDuplicateDetection } from './temporal-duplicate-detection/detector.ts';

/** All detectors. A new one is a folder of its own and a line here. */
export const detectors: readonly Detector[] = [
  balanceDeductionOnFailure,
  balanceMismatchDetection,
  negativeBalanceDetection,
  consecutiveFailures,
  systemFailureSpike,
  temporalDuplicateDetection,
  concurrentTransactionDetection,
];
