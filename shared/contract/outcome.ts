import { z } from 'zod';
import { regieErrorSchema } from './errors.ts';

/** What became of a command. `waiting`: it is safe on this laptop and will be sent when the link is back. */
export const commandOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('applied'), result: z.record(z.string(), z.json()) }),
  z.object({ outcome: z.literal('waiting') }),
  z.object({ outcome: z.literal('conflict'), error: regieErrorSchema }),
  z.object({ outcome: z.literal('rejected'), error: regieErrorSchema }),
]);
export type CommandOutcome = z.infer<typeof commandOutcomeSchema>;
