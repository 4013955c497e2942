import { z } from 'zod';
import type { RowId } from '../../shared/domain/row-id.ts';
import { type QueryResult, queryResultSchema } from '../../shared/domain/run.ts';
import type { Buffer } from './buffer.ts';

/** Answers of the festival's database that are shown, with their age, while it does not answer. */
export type Cache = {
  get<S extends z.ZodType>(question: string, schema: S): z.output<S> | undefined;
  set(question: string, answer: unknown): void;
  /** The result of a runbook's query step, fetched when its alert came. */
  evidence(incidentId: RowId, stepId: string): QueryResult | undefined;
  /** Several at once: each time that something is written, the disk is waited for. */
  setEvidence(results: readonly KeptEvidence[]): void;
};

export type KeptEvidence = { readonly incidentId: RowId; readonly stepId: string; readonly result: QueryResult };

const answerRow = z.object({ answer: z.string() });
const resultRow = z.object({ result: z.string() });

export const createCache = (buffer: Buffer): Cache => {
  const selectAnswer = buffer.prepare('select answer from kept_answers where question = ?');
  const putAnswer = buffer.prepare(`
    insert into kept_answers (question, answer) values (?, ?)
    on conflict (question) do update set answer = excluded.answer`);
  const selectEvidence = buffer.prepare('select result from kept_evidence where incident_id = ? and step_id = ?');
  const putEvidence = buffer.prepare(`
    insert into kept_evidence (incident_id, step_id, result) values (?, ?, ?)
    on conflict (incident_id, step_id) do update set result = excluded.result`);
  return {
    get: (question, schema) => {
      const found = answerRow.optional().parse(selectAnswer.get(question));
      // What an older version stored may no longer fit: it counts as missing.
      const parsed = found && schema.safeParse(JSON.parse(found.answer));
      return parsed?.success ? parsed.data : undefined;
    },
    set: (question, answer) => {
      putAnswer.run(question, JSON.stringify(answer));
    },
    evidence: (incidentId, stepId) => {
      const found = resultRow.optional().parse(selectEvidence.get(incidentId, stepId));
      return found && queryResultSchema.parse(JSON.parse(found.result));
    },
    setEvidence: buffer.transaction((results: readonly KeptEvidence[]) => {
      for (const { incidentId, stepId, result } of results) putEvidence.run(incidentId, stepId, JSON.stringify(result));
    }),
  };
};
