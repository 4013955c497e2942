import { z } from 'zod';
import { type RunbookRun, runbookRunSchema } from '../../shared/domain/run.ts';
import type { Buffer } from './buffer.ts';

/**
 * The laptop's copy of the runs that belong to no alert: resumed and read without the network
 * (docs/offline.md, "Mirror").
 */
export type RunCopy = {
  /** All runs, newest first, without their evidence. */
  list(): RunbookRun[];
  /** A run with its evidence; also under the id under which this laptop started it. */
  find(runId: string): RunbookRun | undefined;
  /** Stores what changed, and removes what `order` no longer has. */
  apply(changed: readonly RunbookRun[], order: readonly string[]): void;
};

/** Stored beside the other cached answers: one entry for each run, and their list. */
const LIST = 'runs';
const keyOf = (runId: string): string => `run:${runId}`;

const answerRow = z.object({ answer: z.string() }).transform(({ answer }): unknown => JSON.parse(answer));

const withoutEvidence = (run: RunbookRun): RunbookRun => ({
  ...run,
  steps: run.steps.map((step) => ({ ...step, evidence: null })),
});

export const createRunCopy = (buffer: Buffer): RunCopy => {
  const select = buffer.prepare('select answer from kept_answers where question = ?');
  const put = buffer.prepare(`
    insert into kept_answers (question, answer) values (?, ?)
    on conflict (question) do update set answer = excluded.answer`);
  const remove = buffer.prepare('delete from kept_answers where question = ?');
  const read = <S extends z.ZodType>(key: string, schema: S): z.output<S> | undefined => {
    const found = answerRow.optional().parse(select.get(key));
    // What an older version stored may no longer fit: it is fetched again.
    return found === undefined ? undefined : schema.safeParse(found).data;
  };
  const list = (): RunbookRun[] => read(LIST, z.array(runbookRunSchema)) ?? [];
  return {
    list,
    find: (runId) => {
      const listed = list().find((run) => run.runId === runId || run.joins.includes(runId));
      return listed && (read(keyOf(listed.runId), runbookRunSchema) ?? listed);
    },
    apply: buffer.transaction((changed: readonly RunbookRun[], order: readonly string[]) => {
      const before = list();
      const runs = new Map([...before, ...changed.map(withoutEvidence)].map((run) => [run.runId, run]));
      for (const { runId } of before) if (!order.includes(runId)) remove.run(keyOf(runId));
      for (const run of changed) put.run(keyOf(run.runId), JSON.stringify(run));
      put.run(LIST, JSON.stringify(order.flatMap((runId) => runs.get(runId) ?? [])));
    }),
  };
};
