import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import type { RunbookRun } from '../../../shared/domain/run.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';

/** The runbook that a run follows, as far as this laptop knows it. */
export const runbookOf = (run: RunbookRun, list: RunbookList): Runbook | undefined =>
  run.runbook ?? list.runbooks.find(({ runbook }) => runbook.id === run.runbookId)?.runbook;
