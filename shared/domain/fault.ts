import { z } from 'zod';

/** The labelled faults that the training festival can inject: one for every detector. */
export const FAULT_KINDS = [
  'deduction_on_failure',
  'balance_mismatch',
  'consecutive_failures',
  'failure_spike',
  'duplicate_scans',
  'concurrent_transactions',
  'negative_balance',
  'double_charge',
  'chain_break',
  'reader_failures',
  'silent_reader',
  'unknown_type',
  'unknown_status',
  'unknown_card',
  'edited_log',
  'health_change',
] as const;
export const faultKindSchema = z.enum(FAULT_KINDS);
export type FaultKind = z.infer<typeof faultKindSchema>;
