import { z } from 'zod';
import { textSchema } from '../domain/plain-text.ts';
import { cardIdSchema, instantSchema, operationIdSchema, wordsSchema } from '../domain/primitives.ts';
import { EVERYBODY, STAFF } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import { command, local, nothing, query } from './declare.ts';
import { regieErrorSchema } from './errors.ts';

/** A command in this laptop's outbox (docs/offline.md, "Outbox" and "Sending"). */
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
  incidentId: rowIdSchema.nullable(),
  cardId: cardIdSchema.nullable(),
  /** What the operator's screen showed of it: status, holder and the like. */
  snapshot: z.record(z.string(), z.json()),
  /** The other side of a conflict or rejection: a code of i18n `errors.*` with what stands in the database today. */
  error: regieErrorSchema.nullable(),
  settledAt: instantSchema.nullable(),
});
export type OutboxEntry = z.infer<typeof outboxEntrySchema>;

/** Whether a command was confirmed and a database has lost it since, whatever can still be done about it. */
export const isLostCode = (code: string): boolean => code.startsWith('lost_');

/** Lost commands that one decision discards at most. */
export const MOST_DISCARDED = 5_000;

/** Errors of what a database has lost, and of what waited for an event that it has lost: it is not to be given again. */
export const NEVER_AGAIN: readonly string[] = ['lost_subject_gone', 'lost_secret', 'subject_gone'];

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
const passphraseSchema = textSchema.min(8).max(200);

export const outboxCalls = {
  /** What waits for the festival's database, and what somebody has to decide. */
  'outbox.get': query(nothing, outboxViewSchema),

  /** Decides that a conflict is discarded. The reason goes to the audit trail. */
  'outbox.drop': command({
    input: { dropped: operationIdSchema, reason: wordsSchema },
    roles: STAFF,
    records: { audit: ['command_dropped'] },
    keys: ({ dropped }) => [`operation:${dropped}`],
    discards: ({ dropped }) => dropped,
  }),

  /** Submits a command that was refused once more, as it is, on today's state. */
  'outbox.retry': local({
    input: z.strictObject({ operationId: operationIdSchema }),
    output: nothing,
    roles: STAFF,
  }),
  /** Gives everything again that the festival's database has lost, as it was given, in the order in which it was. */
  'outbox.retryLost': local({
    input: nothing,
    output: z.object({ given: z.int(), left: z.int() }),
    roles: STAFF,
  }),
  /**
   * Discards these of what the festival's database has lost, each as `outbox.drop` would, for one reason: those that whoever
   * decides has seen. What somebody has decided meanwhile is left as it is.
   */
  'outbox.dropLost': local({
    input: z.strictObject({
      operationIds: z.array(operationIdSchema).min(1).max(MOST_DISCARDED),
      reason: wordsSchema,
    }),
    output: z.object({ discarded: z.int(), left: z.int() }),
    roles: STAFF,
  }),
  /** The operator has been notified of this conflict or rejection on the spot: nobody has to decide it any more. */
  'outbox.seen': local({
    input: z.strictObject({ operationId: operationIdSchema }),
    output: nothing,
    roles: EVERYBODY,
  }),
  /** The waiting actions in an encrypted file, for a laptop that will not see the network again. They stay here as well. */
  'outbox.export': local({
    input: z.strictObject({ passphrase: passphraseSchema }),
    output: outboxFileSchema,
    roles: STAFF,
  }),
  /** Takes over the waiting actions of another laptop. Each is applied once, wherever its file is opened. */
  'outbox.import': local({
    input: z.strictObject({ passphrase: passphraseSchema, content: z.string().max(15_000_000) }),
    output: z.object({ added: z.int(), known: z.int() }),
    roles: STAFF,
  }),
} as const;
