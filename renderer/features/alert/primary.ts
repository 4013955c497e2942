import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import { runbookProgress } from '../../../shared/domain/runbook-progress.ts';

/** What is to be done next with an alert: one thing, by its state. */
export type Primary =
  | { readonly act: 'reopen' | 'take' | 'start' | 'resolve' }
  /** Somebody else has it. */
  | { readonly act: 'takeOver'; readonly from: string }
  | { readonly act: 'continue'; readonly step: number; readonly of: number };

/** @param operator who is signed in, if anybody */
export const primaryOf = (
  { alert, run, runbook }: Pick<AlertDetail, 'alert' | 'run' | 'runbook'>,
  operator: string | null,
): Primary => {
  const { open, lead } = alert;
  if (!open) return { act: 'reopen' };
  if (lead.takenBy === null) return { act: 'take' };
  if (lead.takenBy !== operator) return { act: 'takeOver', from: lead.takenBy };
  if (run !== null && run.finishedAt === null) {
    const contents = run.runbook ?? runbook;
    const path = contents === null ? [] : runbookProgress(contents, run.steps).path;
    return { act: 'continue', step: Math.max(1, path.length), of: contents?.steps.length ?? 1 };
  }
  return run === null && runbook !== null ? { act: 'start' } : { act: 'resolve' };
};
