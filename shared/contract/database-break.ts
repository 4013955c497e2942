import { z } from 'zod';
import { instantSchema } from '../domain/primitives.ts';

/** The festival's database was found to be another or an older one than this laptop knew (docs/offline.md, "Another database"). */
export const databaseBreakSchema = z.object({
  breakId: z.uuid(),
  /** By this laptop's clock. */
  at: instantSchema,
  /**
   * promoted: a replica has taken over; older: the same server with an earlier state; replaced: another server, as after a
   * restore; other_festival: it is not this festival's.
   */
  kind: z.enum(['promoted', 'older', 'replaced', 'other_festival']),
  /** What this laptop knew and the database does not have. */
  lost: z.object({
    /** Actions that were confirmed here. */
    commands: z.int(),
    /** The row of the audit trail that was seen last. */
    audit: z.boolean(),
    /** Of the newest transactions that this laptop has copied. */
    transactions: z.int(),
  }),
});
export type DatabaseBreak = z.infer<typeof databaseBreakSchema>;

/** Whether anything is missing that was there. */
export const hasLost = ({ kind, lost }: DatabaseBreak): boolean =>
  kind !== 'other_festival' && (lost.commands > 0 || lost.audit || lost.transactions > 0);
