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
  /** A run with its evidence; also under the name under which this laptop had begun it. */
  find(runId: string): RunbookRun | undefined;
  /** Stores what changed, and forgets what is not in `order` any more. */
  apply(changed: readonly RunbookRun[], order: readonly string[]): void;
};

/** Kept beside the other answers of the festival: one a run, and the list of them. */
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
    // What an older version kept may not fit any more: it is fetched again.
    return found === undefined ? undefined : schema.safeParse(found).data;
  };
  const list = (): RunbookRun[] => read(LIST, z.array(runbookRunSchema)) ?? [];
  return {
    list,
    find: (runId) => {
      const known = list().find((run) => run.runId === runId || run.joins.includes(runId));
      return known && (read(keyOf(known.runId), runbookRunSchema) ?? known);
    },
    apply: buffer.transaction((changed: readonly RunbookRun[], order: readonly string[]) => {
      const before = list();
      const known = new Map([...before, ...changed.map(withoutEvidence)].map((run) => [run.runId, run]));
      for (const { runId } of before) if (!order.includes(runId)) remove.run(keyOf(runId));
      for (const run of changed) put.run(keyOf(run.runId), JSON.stringify(run));
      put.run(LIST, JSON.stringify(order.flatMap((runId) => known.get(runId) ?? [])));
    }),
  };
};
