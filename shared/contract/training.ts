import { z } from 'zod';
import { faultKindSchema } from '../domain/fault.ts';
import { centsSchema } from '../domain/money.ts';
import { instantSchema } from '../domain/primitives.ts';
import { ANYONE } from '../domain/rights.ts';
import { local, nothing, query } from './declare.ts';

export const trainingStatusSchema = z.object({
  state: z.enum(['running', 'paused']),
  /** 1 is a festival day in a day, 600 in two and a half minutes. */
  speed: z.number().min(1).max(600),
  /** Faults appear by themselves. */
  autoFaults: z.boolean(),
  transactions: z.int(),
  faults: z.int(),
  lastFault: z
    .object({
      kind: faultKindSchema,
      cardId: z.string().nullable(),
      amountCents: centsSchema.nullable(),
      at: instantSchema,
    })
    .nullable(),
  /** At this start, because the festival that was there came from before the first release. */
  madeAnew: z.boolean(),
});
export type TrainingStatus = z.infer<typeof trainingStatusSchema>;

export const trainingCalls = {
  /** Null where this core serves a real festival. */
  'training.get': query(nothing, trainingStatusSchema.nullable()),
  'training.run': local({
    input: z.strictObject({ running: z.boolean() }),
    output: trainingStatusSchema,
    roles: ANYONE,
  }),
  'training.setSpeed': local({
    input: z.strictObject({ speed: z.number().min(1).max(600) }),
    output: trainingStatusSchema,
    roles: ANYONE,
  }),
  'training.setAutoFaults': local({
    input: z.strictObject({ on: z.boolean() }),
    output: trainingStatusSchema,
    roles: ANYONE,
  }),
  'training.inject': local({
    input: z.strictObject({ kind: faultKindSchema }),
    output: trainingStatusSchema,
    roles: ANYONE,
  }),
} as const;
