import { z } from 'zod';
import { handoverSchema } from '../domain/handover.ts';
import { textSchema } from '../domain/plain-text.ts';
import { instantSchema, serialSchema } from '../domain/primitives.ts';
import { ANYONE, STAFF } from '../domain/rights.ts';
import { command, live, nothing, query } from './declare.ts';

export const handoverViewSchema = z.object({
  /** The newest ones, newest first. */
  handovers: z.array(handoverSchema),
  /** What people decided since the last one that was accepted, or in the last day; newest first, the first hundred. */
  decisions: z.array(
    z.object({
      seq: serialSchema,
      at: instantSchema,
      actor: z.string(),
      action: z.string(),
      subject: z.string(),
      words: z.string().nullable(),
    }),
  ),
  at: instantSchema,
});
export type HandoverView = z.infer<typeof handoverViewSchema>;

const onHandover = { keys: ({ handoverId }: { readonly handoverId: string }) => [`handover:${handoverId}`] };

export const handoverCalls = {
  /** As they were when the festival last answered; null before that. */
  'handover.get': query(nothing, handoverViewSchema.nullable()),

  /** Offers the shift of its author: what is theirs is the next operator's as soon as somebody accepts. */
  'handover.offer': command({
    input: { handoverId: z.uuid(), note: textSchema.trim().max(4_000) },
    roles: STAFF,
    ...onHandover,
  }),
  'handover.accept': command({
    input: { handoverId: z.uuid() },
    roles: STAFF,
    records: { timeline: ['handed_over'] },
    ...onHandover,
  }),
  'handover.withdraw': command({ input: { handoverId: z.uuid() }, roles: STAFF, ...onHandover }),

  'handover.look': live({ input: nothing, output: handoverViewSchema, roles: ANYONE }),
} as const;
