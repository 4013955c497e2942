import { z } from 'zod';
import { type RunbookRun, runbookRunSchema } from '../../../shared/domain/run.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';

const { steps, ticks, joins, runbook } = runbookRunSchema.shape;

/** A row of console.run_records. */
export const runRow = z.object({
  run_id: z.string(),
  event_id: idColumn.nullable(),
  runbook_id: z.string(),
  runbook,
  started_at: instantColumn,
  started_by: z.string(),
  finished_at: instantColumn.nullable(),
  outcome: z.string().nullable(),
  steps,
  ticks,
  joins,
});
export type RunRow = z.output<typeof runRow>;

export const toRun = (row: RunRow): RunbookRun => ({
  runId: row.run_id,
  eventId: row.event_id,
  runbookId: row.runbook_id,
  runbook: row.runbook,
  startedAt: row.started_at,
  startedBy: row.started_by,
  finishedAt: row.finished_at,
  outcome: row.outcome,
  steps: row.steps,
  ticks: row.ticks,
  joins: row.joins,
});
