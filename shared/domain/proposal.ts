import { z } from 'zod';
import { centsSchema } from './money.ts';
import { instantSchema, operationIdSchema } from './primitives.ts';
import { rowIdSchema } from './row-id.ts';

/** What became of a proposal. `approved`: a bulk that is being applied; `failed`: it no longer held when it was approved. */
export const PROPOSAL_STATES = [
  'pending',
  'approved',
  'done',
  'failed',
  'rejected',
  'withdrawn',
  'expired',
  'cancelled',
] as const;

/** One card of a proposal, with the figures that its author saw. */
export const proposalItemSchema = z.object({
  /** That of the correction that it becomes. */
  operationId: operationIdSchema,
  cardId: z.string(),
  eventId: rowIdSchema.nullable(),
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  seenActualCents: centsSchema,
  seenExpectedCents: centsSchema,
  originalTransaction: z.string().nullable(),
  undoes: z.uuid().nullable(),
  state: z.enum(['proposed', 'approved', 'applied', 'stale', 'refused', 'dropped']),
  /** Why it was refused: `errors.correction_<code>`. */
  code: z.string().nullable(),
  /** The figures of the moment at which it did not hold. */
  todayActualCents: centsSchema.nullable(),
  todayExpectedCents: centsSchema.nullable(),
  /** The row of the log that it wrote. */
  logId: rowIdSchema.nullable(),
});
export type ProposalItem = z.infer<typeof proposalItemSchema>;

export const proposalSchema = z.object({
  proposalId: operationIdSchema,
  bulk: z.boolean(),
  eventId: rowIdSchema.nullable(),
  incidentId: rowIdSchema.nullable(),
  kind: z.string(),
  reason: z.string(),
  author: z.string(),
  authorId: z.uuid(),
  laptop: z.string(),
  proposedAt: instantSchema,
  expiresAt: instantSchema,
  state: z.enum(PROPOSAL_STATES),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  /** The words of who rejected it. */
  decision: z.string().nullable(),
  counts: z.object({
    all: z.int(),
    /** Waiting, for a person or for their turn. */
    open: z.int(),
    applied: z.int(),
    stale: z.int(),
    refused: z.int(),
  }),
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  /** The one card; null for a bulk, whose cards are asked for with `proposal.items`. */
  item: proposalItemSchema.nullable(),
});
export type Proposal = z.infer<typeof proposalSchema>;

/** Kinds that can be applied to the cards of an incident together: the figures of each card set the amount. */
export const BULK_KINDS = ['opening_balance', 'restore_card', 'record_missing'] as const;
export const bulkKindSchema = z.enum(BULK_KINDS);
export type BulkKind = z.infer<typeof bulkKindSchema>;
