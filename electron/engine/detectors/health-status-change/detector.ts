import { z } from 'zod';
import { recordDetector } from '../../detector.ts';
import { ALGORITHM } from './rule.ts';

/** Raised with the health snapshot that it compares (health.ts). */
export const healthStatusChange = recordDetector({
  judges: 'snapshots',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
});
