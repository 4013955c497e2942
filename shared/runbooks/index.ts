import { balanceMismatch } from './balance-mismatch.ts';
import { deductionOnFailure } from './deduction-on-failure.ts';
import { type Runbook, runbookSchema } from './schema.ts';

/** The runbooks that come with Regie, checked when they are loaded. */
export const builtinRunbooks: readonly Runbook[] = [deductionOnFailure, balanceMismatch].map((runbook) =>
  runbookSchema.parse(runbook),
);

/** The runbook that answers a detection algorithm. */
export const runbookFor = (algorithm: string): Runbook | undefined =>
  builtinRunbooks.find((runbook) => runbook.algorithms.includes(algorithm));
