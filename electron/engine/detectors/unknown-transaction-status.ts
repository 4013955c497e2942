import { z } from 'zod';
import { recordDetector } from '../detector.ts';

export const UNKNOWN_STATUS = 'unknown_transaction_status';

/** Raised by the cycle that has read such rows (words-report.ts). */
export const unknownTransactionStatus = recordDetector({
  input: 'snapshots',
  algorithm: UNKNOWN_STATUS,
  settings: z.strictObject({}),
});
