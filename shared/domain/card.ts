import { z } from 'zod';
import { alertSchema } from './alert.ts';
import { centsSchema } from './money.ts';
import { instantSchema, operationIdSchema } from './primitives.ts';
import { rowIdSchema } from './row-id.ts';

/** How many rows of its history a card's screen shows, newest first: asked of the festival and of the laptop's copy alike. */
export const TRANSACTIONS_SHOWN = 200;
export const SCANS_SHOWN = 50;

export const cardTransactionSchema = z.object({
  logId: rowIdSchema,
  transactionId: z.string().nullable(),
  type: z.string(),
  status: z.string(),
  amountCents: centsSchema.nullable(),
  previousCents: centsSchema.nullable(),
  newCents: centsSchema.nullable(),
  /** What the row adds to the expected balance (docs/money.md, "Expected balance"). */
  ledgerCents: centsSchema,
  /** The expected balance after this row. */
  expectedAfterCents: centsSchema,
  pointOfSale: z.string().nullable(),
  /** details.kind and details.note of a correction. */
  correctionKind: z.string().nullable(),
  note: z.string().nullable(),
  at: instantSchema,
});
export type CardTransaction = z.infer<typeof cardTransactionSchema>;

export const cardScanSchema = z.object({
  scanId: rowIdSchema,
  status: z.string().nullable(),
  device: z.string().nullable(),
  at: instantSchema,
});
export type CardScan = z.infer<typeof cardScanSchema>;

/** A correction that this laptop's outbox has and the festival's database has not confirmed. */
export const waitingCorrectionSchema = z.object({
  operationId: operationIdSchema,
  kind: z.string(),
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  operator: z.string(),
  at: instantSchema,
  /** Sent, and no answer came: further corrections of the card wait until it is known. */
  unknown: z.boolean(),
});
export type WaitingCorrection = z.infer<typeof waitingCorrectionSchema>;

/** A card against its history, from one snapshot of the festival's database. */
export const cardViewSchema = z.object({
  cardId: z.string(),
  /** False where the log names a card that table_cards does not have. */
  exists: z.boolean(),
  /** The card's amount was NULL and counts as 0. */
  amountMissing: z.boolean(),
  actualCents: centsSchema,
  expectedCents: centsSchema,
  /** actual − expected */
  discrepancyCents: centsSchema,
  /** Newest first. */
  transactions: z.array(cardTransactionSchema),
  transactionCount: z.int(),
  /** Newest first. */
  scans: z.array(cardScanSchema),
  /** Incidents that concern the card, newest first. */
  alerts: z.array(alertSchema),
  /** Proposals of this laptop on their way. */
  waiting: z.array(waitingCorrectionSchema),
  /** Whether every transaction of the card is counted here: the laptop's copy keeps the newest of the festival. */
  complete: z.boolean(),
  /** When it was so, by the database's clock. */
  at: instantSchema,
});
export type CardView = z.infer<typeof cardViewSchema>;
