import { z } from 'zod';

/** What a function of migrations/functions answers that does what the command of its transaction says. */
export const savedRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('saved'), version: z.int().default(0) }),
    z.object({
      outcome: z.literal('refused'),
      code: z.string(),
      name: z.string().default(''),
      minutes: z.int().default(0),
      count: z.int().default(0),
    }),
  ]),
});
