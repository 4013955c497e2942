import type { Runbook } from '../domain/runbook.ts';
import { balanceMismatch } from './balance-mismatch.ts';
import { breakerOpen } from './breaker-open.ts';
import { checklistUnsigned } from './checklist-unsigned.ts';
import { concurrentTransactions } from './concurrent-transactions.ts';
import { consecutiveFailures } from './consecutive-failures.ts';
import { dataRecovery } from './data-recovery.ts';
import { databaseNotWorking } from './database-not-working.ts';
import { databaseSetBack } from './database-set-back.ts';
import { databaseSlow } from './database-slow.ts';
import { deductionOnFailure } from './deduction-on-failure.ts';
import { detectionBlind } from './detection-blind.ts';
import { detectionDelays } from './detection-delays.ts';
import { duplicateCharge } from './duplicate-charge.ts';
import { duplicateScans } from './duplicate-scans.ts';
import { failureSpike } from './failure-spike.ts';
import { falsePositives } from './false-positives.ts';
import { forceCycle } from './force-cycle.ts';
import { hourNotVerified } from './hour-not-verified.ts';
import { laptopTrouble } from './laptop-trouble.ts';
import { ledgerDrift } from './ledger-drift.ts';
import { logChanged } from './log-changed.ts';
import { negativeBalance } from './negative-balance.ts';
import { oddRows } from './odd-rows.ts';
import { readerTrouble } from './reader-trouble.ts';
import { stopAndRestart } from './stop-and-restart.ts';
import { systemHealth } from './system-health.ts';
import { unknownRecords } from './unknown-records.ts';
import { unknownWords } from './unknown-words.ts';
import { upkeepMissed } from './upkeep-missed.ts';

/** The runbooks that come with Regie. A test holds them to the schema, so that no start has to. */
export const builtinRunbooks: readonly Runbook[] = [
  deductionOnFailure,
  balanceMismatch,
  negativeBalance,
  consecutiveFailures,
  failureSpike,
  duplicateScans,
  duplicateCharge,
  concurrentTransactions,
  oddRows,
  readerTrouble,
  systemHealth,
  hourNotVerified,
  checklistUnsigned,
  ledgerDrift,
  unknownRecords,
  unknownWords,
  logChanged,
  detectionBlind,
  databaseNotWorking,
  databaseSetBack,
  breakerOpen,
  laptopTrouble,
  upkeepMissed,
  stopAndRestart,
  forceCycle,
  dataRecovery,
  databaseSlow,
  detectionDelays,
  falsePositives,
];

/** The runbook that answers a detection algorithm. */
export const runbookFor = (algorithm: string): Runbook | undefined =>
  builtinRunbooks.find((runbook) => runbook.algorithms.includes(algorithm));
