import type { FaultKind } from './fault.ts';

/** What is right for a fault: which detector finds it, how its runbook is decided, and what becomes of the money. */
export type DrillAnswer = {
  readonly algorithm: string;
  /** The choices of the runbook's decision that are right. */
  readonly choices: readonly string[];
  /** Right as well once the money is put right already, from another alert. */
  readonly choicesAfterCorrection?: readonly string[];
  /** The kind of correction that is due; null where the money is right as it is. */
  readonly correction: 'restore_card' | 'goodwill' | null;
  /** Somebody at the bar has to be asked: the drill says what they answer. */
  readonly asks?: true;
  /** Written as an earlier monitoring system writes it, because our own detector needs hours. */
  readonly written?: true;
};

/** Every fault that can be drilled, with its answer. */
export const DRILLS: Readonly<Record<FaultKind, DrillAnswer>> = {
  deduction_on_failure: {
    algorithm: 'balance_deduction_on_failure',
    choices: ['yes'],
    correction: 'restore_card',
  },
  balance_mismatch: { algorithm: 'balance_mismatch_detection', choices: ['wrong'], correction: 'restore_card' },
  negative_balance: { algorithm: 'negative_balance_detection', choices: ['spent'], correction: null },
  // One card at one reader: which of the two it is, only a second card can tell.
  consecutive_failures: { algorithm: 'consecutive_failures', choices: ['card', 'reader'], correction: null },
  failure_spike: { algorithm: 'system_failure_spike', choices: ['everywhere'], correction: null },
  duplicate_scans: { algorithm: 'temporal_duplicate_detection', choices: ['none', 'reader'], correction: null },
  concurrent_transactions: {
    algorithm: 'concurrent_transaction_detection',
    choices: ['wrong'],
    choicesAfterCorrection: ['right'],
    correction: 'restore_card',
  },
  double_charge: { algorithm: 'duplicate_charge', choices: ['one'], correction: 'goodwill', asks: true },
  chain_break: { algorithm: 'balance_chain_break', choices: ['right'], correction: null },
  reader_failures: { algorithm: 'reader_failure_spike', choices: ['broken'], correction: null, asks: true },
  silent_reader: { algorithm: 'reader_silent', choices: ['broken'], correction: null, asks: true },
  unknown_type: { algorithm: 'unknown_transaction_type', choices: ['no'], correction: null, asks: true },
  unknown_status: { algorithm: 'unknown_transaction_status', choices: ['no'], correction: null, asks: true },
  unknown_card: { algorithm: 'unknown_card', choices: ['no'], correction: null, asks: true },
  edited_log: { algorithm: 'ledger_drift', choices: ['nobody'], correction: null, asks: true },
  health_change: {
    algorithm: 'health_status_change',
    choices: ['database'],
    correction: null,
    asks: true,
    written: true,
  },
};
