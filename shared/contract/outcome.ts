import { z } from 'zod';
import { rowIdSchema } from '../domain/row-id.ts';
import { type RegieError, regieErrorSchema } from './errors.ts';

/** What became of a command. `waiting`: it is safe on this laptop and will be sent when the link is back. */
export const commandOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('applied'), result: z.record(z.string(), z.json()) }),
  z.object({ outcome: z.literal('waiting') }),
  z.object({ outcome: z.literal('conflict'), error: regieErrorSchema }),
  z.object({ outcome: z.literal('rejected'), error: regieErrorSchema }),
]);
export type CommandOutcome = z.infer<typeof commandOutcomeSchema>;

/** What a command on many alerts leaves as its result: those on which it was done, and those on which it could not be. */
export const bulkResultSchema = z.object({
  done: z.array(rowIdSchema),
  refused: z.array(z.object({ eventId: rowIdSchema, error: regieErrorSchema })),
});
export type BulkResult = z.infer<typeof bulkResultSchema>;

/** What became of a command on many alerts where it could not be done on all of them; null where nothing is left to say. */
export const partlyRefused = (outcome: CommandOutcome): BulkResult | null => {
  const result = outcome.outcome === 'applied' ? bulkResultSchema.safeParse(outcome.result) : undefined;
  return result?.success && result.data.refused.length > 0 ? result.data : null;
};

/** The same as a sentence for the operator: how many were done, how many were not, and why the first was not. */
export const someRefused = (outcome: CommandOutcome): RegieError | null => {
  const partly = partlyRefused(outcome);
  if (partly === null) return null;
  const { done, refused } = partly;
  const [first] = refused;
  const count = done.length + refused.length;
  return {
    code: 'some_refused',
    params: { done: done.length, count, left: refused.length, why: first?.error.code ?? '' },
  };
};
