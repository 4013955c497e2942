import { z } from 'zod';
import { instantSchema } from './primitives.ts';
import { rowIdSchema } from './row-id.ts';

/** A shift on its way from one operator to the next (docs/alerts.md, "Handover"). */
export const handoverSchema = z.object({
  handoverId: z.uuid(),
  from: z.string(),
  laptop: z.string(),
  note: z.string(),
  incidents: z.array(rowIdSchema),
  offeredAt: instantSchema,
  expiresAt: instantSchema,
  acceptedAt: instantSchema.nullable(),
  acceptedBy: z.string().nullable(),
  acceptedOn: z.string().nullable(),
  /** When it was withdrawn, or expired. */
  endedAt: instantSchema.nullable(),
});
export type Handover = z.infer<typeof handoverSchema>;
