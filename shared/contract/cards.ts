import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { alertSchema } from './alerts.ts';
import { idSchema, instantSchema } from './primitives.ts';

export const cardTransactionSchema = z.object({
  logId: idSchema,
  transactionId: z.string().nullable(),
  type: z.string(),
  status: z.string(),
  amountCents: centsSchema.nullable(),
  previousCents: centsSchema.nullable(),
  newCents: centsSchema.nullable(),
  /** What the row adds to the expected balance (money.md). */
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
  scanId: idSchema,
  status: z.string().nullable(),
  device: z.string().nullable(),
  at: instantSchema,
});
export type CardScan = z.infer<typeof cardScanSchema>;

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
  /** Newest first, 200 at most. */
  transactions: z.array(cardTransactionSchema),
  transactionCount: z.int(),
  /** Newest first, 50 at most. */
  scans: z.array(cardScanSchema),
  /** Incidents that concern the card, newest first. */
  alerts: z.array(alertSchema),
  at: instantSchema,
});
export type CardView = z.infer<typeof cardViewSchema>;
