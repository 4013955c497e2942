import { z } from 'zod';
import { recordDetector } from '../detector.ts';

export const UNKNOWN_TYPE = 'unknown_transaction_type';

/** Raised by the cycle that has read such rows (words-report.ts). */
export const unknownTransactionType = recordDetector({
  input: 'snapshots',
  algorithm: UNKNOWN_TYPE,
  settings: z.strictObject({}),
});
