import type { Detector } from '../detector.ts';
import { balanceChainBreak } from './balance-chain-break.ts';
import { balanceDeductionOnFailure } from './balance-deduction-on-failure.ts';
import { balanceMismatchDetection } from './balance-mismatch-detection.ts';
import { checklistUnsigned } from './checklist-unsigned.ts';
import { concurrentTransactionDetection } from './concurrent-transaction-detection.ts';
import { consecutiveFailures } from './consecutive-failures.ts';
import { duplicateCharge } from './duplicate-charge.ts';
import { healthStatusChange } from './health-status-change.ts';
import { hourlyVerification } from './hourly-verification.ts';
import { ledgerDrift } from './ledger-drift.ts';
import { logChanged } from './log-changed.ts';
import { negativeBalanceDetection } from './negative-balance-detection.ts';
import { readerFailureSpike } from './reader-failure-spike.ts';
import { readerSilent } from './reader-silent.ts';
import { rowsSetAside } from './rows-set-aside.ts';
import { systemFailureSpike } from './system-failure-spike.ts';
import { temporalDuplicateDetection } from './temporal-duplicate-detection.ts';
import { trafficSilent } from './traffic-silent.ts';
import { undecidedRows } from './undecided-rows.ts';
import { unknownCard } from './unknown-card.ts';
import { unknownTransactionStatus } from './unknown-transaction-status.ts';
import { unknownTransactionType } from './unknown-transaction-type.ts';
import { wordSpelling } from './word-spelling.ts';
import { wrongClock } from './wrong-clock.ts';

/** All detectors. A new one is a file of its own and a line here. */
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
  unknownTransactionStatus,
  wordSpelling,
  unknownCard,
  rowsSetAside,
  wrongClock,
  ledgerDrift,
  logChanged,
  undecidedRows,
  trafficSilent,
  healthStatusChange,
  hourlyVerification,
  checklistUnsigned,
];
