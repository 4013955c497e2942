import type { FaultKind } from '../../../shared/domain/fault.ts';
import type { Label } from '../labels.ts';
import { balanceMismatch } from './balance-mismatch.ts';
import { chainBreak } from './chain-break.ts';
import { concurrentTransactions } from './concurrent-transactions.ts';
import { consecutiveFailures } from './consecutive-failures.ts';
import { deductionOnFailure } from './deduction-on-failure.ts';
import { doubleCharge } from './double-charge.ts';
import { duplicateScans } from './duplicate-scans.ts';
import { editedLog } from './edited-log.ts';
import { failureSpike } from './failure-spike.ts';
import { healthChange } from './health-change.ts';
import { createFaultKit, type Fault, type FaultOptions } from './kit.ts';
import { negativeBalance } from './negative-balance.ts';
import { readerFailures } from './reader-failures.ts';
import { silentReader } from './silent-reader.ts';
import { unknownCard } from './unknown-card.ts';
import { unknownStatus } from './unknown-status.ts';
import { unknownType } from './unknown-type.ts';

export type Faults = {
  /**
   * Injects the fault into the festival, and returns its label. Lasts as long as the fault does: most are done at
   * once, failures in a row need up to twelve seconds.
   * @throws FaultImpossible when no card can have it now.
   */
  inject(kind: FaultKind): Promise<Label>;
};

const FAULTS: Readonly<Record<FaultKind, Fault>> = {
  deduction_on_failure: deductionOnFailure,
  balance_mismatch: balanceMismatch,
  consecutive_failures: consecutiveFailures,
  failure_spike: failureSpike,
  duplicate_scans: duplicateScans,
  concurrent_transactions: concurrentTransactions,
  negative_balance: negativeBalance,
  double_charge: doubleCharge,
  chain_break: chainBreak,
  reader_failures: readerFailures,
  silent_reader: silentReader,
  unknown_type: unknownType,
  unknown_status: unknownStatus,
  unknown_card: unknownCard,
  edited_log: editedLog,
  health_change: healthChange,
};

export const createFaults = (options: FaultOptions): Faults => {
  const kit = createFaultKit(options);
  return { inject: (kind) => FAULTS[kind](kit) };
};
