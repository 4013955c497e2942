import { z } from 'zod';
import { recordDetector } from '../detector.ts';

export const SPELLING = 'word_spelling';

/** Raised by the cycle that has read such rows (words-report.ts). */
export const wordSpelling = recordDetector({
  input: 'snapshots',
  algorithm: SPELLING,
  settings: z.strictObject({}),
});
