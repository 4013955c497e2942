import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { idSchema, instantSchema, operationIdSchema } from './primitives.ts';

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
  eventId: idSchema.nullable(),
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
  logId: idSchema.nullable(),
});
export type ProposalItem = z.infer<typeof proposalItemSchema>;

export const proposalSchema = z.object({
  proposalId: operationIdSchema,
  bulk: z.boolean(),
  eventId: idSchema.nullable(),
  incidentId: idSchema.nullable(),
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

/** What is pending or being applied, then what was decided within a day, newest first. */
export const proposalsViewSchema = z.object({ proposals: z.array(proposalSchema), at: instantSchema });
export type ProposalsView = z.infer<typeof proposalsViewSchema>;

/** Kinds that can be applied to the cards of an incident together: the figures of each card set the amount. */
export const BULK_KINDS = ['opening_balance', 'restore_card', 'record_missing'] as const;
export const bulkKindSchema = z.enum(BULK_KINDS);
export type BulkKind = z.infer<typeof bulkKindSchema>;

/** A row of the preview: what would be written for one card, or why nothing. */
export const bulkRowSchema = z.object({
  cardId: z.string(),
  eventId: idSchema,
  actualCents: centsSchema,
  expectedCents: centsSchema,
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  /** `errors.correction_<code>`; null where it can be proposed. */
  code: z.string().nullable(),
});
export type BulkRow = z.infer<typeof bulkRowSchema>;

export const bulkPreviewSchema = z.object({
  rows: z.array(bulkRowSchema),
  /** Open alerts of the incident beyond the limit, and without a card. */
  left: z.int(),
  at: instantSchema,
});
export type BulkPreview = z.infer<typeof bulkPreviewSchema>;

/** A correction that was applied, for its receipt and for its undoing. */
export const receiptSchema = z.object({
  operationId: operationIdSchema,
  logId: idSchema,
  transactionId: z.string(),
  cardId: z.string(),
  eventId: idSchema.nullable(),
  kind: z.string(),
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  cardAfterCents: centsSchema,
  reason: z.string(),
  operator: z.string(),
  approver: z.string().nullable(),
  at: instantSchema,
  undoes: z.uuid().nullable(),
  undone: z.boolean(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** Ways in which a visitor gets a receipt. */
export const RECEIPT_CHANNELS = ['email', 'sms'] as const;
export const receiptChannelSchema = z.enum(RECEIPT_CHANNELS);
export type ReceiptChannel = z.infer<typeof receiptChannelSchema>;
