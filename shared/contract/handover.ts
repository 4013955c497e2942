import { z } from 'zod';
import { idSchema, instantSchema } from './primitives.ts';

/** A shift on its way from one operator to the next (product.md, "Handover that must be accepted"). */
export const handoverSchema = z.object({
  handoverId: z.uuid(),
  from: z.string(),
  laptop: z.string(),
  note: z.string(),
  incidents: z.array(idSchema),
  offeredAt: instantSchema,
  expiresAt: instantSchema,
  acceptedAt: instantSchema.nullable(),
  acceptedBy: z.string().nullable(),
  acceptedOn: z.string().nullable(),
  /** When it was withdrawn, or nobody had accepted it in time. */
  endedAt: instantSchema.nullable(),
});
export type Handover = z.infer<typeof handoverSchema>;

export const handoverViewSchema = z.object({
  /** The newest ones, newest first. */
  handovers: z.array(handoverSchema),
  /** What people decided since the last one that was accepted, or in the last day; newest first, the first hundred. */
  decisions: z.array(
    z.object({
      seq: idSchema,
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
