import { z } from 'zod';
import { regieErrorSchema } from './errors.ts';
import { cardIdSchema, idSchema, instantSchema, operationIdSchema } from './primitives.ts';

/** A command in this laptop's outbox (offline.md, "The local database" and "Replaying"). */
export const outboxEntrySchema = z.object({
  operationId: operationIdSchema,
  /** Name of the command, as in the contract. */
  command: z.string(),
  /** What the operator gave, without the operationId. */
  input: z.record(z.string(), z.json()),
  author: z.object({ operator: z.string(), laptop: z.string(), at: instantSchema }),
  /**
   * waiting: on this laptop's disk, not sent; unknown: sent, and no answer came yet; conflict: the base has changed
   * meanwhile; rejected: not possible, or not any more.
   */
  state: z.enum(['waiting', 'unknown', 'conflict', 'rejected']),
  attempts: z.int(),
  /** The incident it is about, as far as this laptop knows. */
  incidentId: idSchema.nullable(),
  cardId: cardIdSchema.nullable(),
  /** What the operator's screen showed of it: status, holder and the like. */
  saw: z.record(z.string(), z.json()),
  /** The other side of a conflict or rejection: a code of i18n `errors.*` with what stands in the database today. */
  error: regieErrorSchema.nullable(),
  settledAt: instantSchema.nullable(),
});
export type OutboxEntry = z.infer<typeof outboxEntrySchema>;

export const outboxViewSchema = z.object({
  /** In the order in which they were given, the first 200. */
  waiting: z.array(outboxEntrySchema),
  waitingCount: z.int(),
  /** Conflicts and rejections that nobody has decided yet, oldest first. */
  tray: z.array(outboxEntrySchema),
});
export type OutboxView = z.infer<typeof outboxViewSchema>;

/** Waiting actions on their way to another laptop: an encrypted file. */
export const outboxFileSchema = z.object({ fileName: z.string(), content: z.string(), commands: z.int() });
export const passphraseSchema = z.string().min(8).max(200);
