import { z } from 'zod';
import { type Cents, centsSchema } from './money.ts';
import { instantSchema, operationIdSchema } from './primitives.ts';
import { idIn, rowIdSchema } from './row-id.ts';

/** A correction that was applied, for its receipt and for its undoing. */
export const receiptSchema = z.object({
  operationId: operationIdSchema,
  logId: rowIdSchema,
  transactionId: z.string(),
  cardId: z.string(),
  eventId: rowIdSchema.nullable(),
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

/** An address as the audit trail keeps it: enough to recognise it, not to write to it. */
export const maskedAddress = (channel: ReceiptChannel, address: string): string => {
  if (channel === 'sms') return `${address.slice(0, 3)}…${address.slice(-2)}`;
  const [name = '', domain = ''] = address.split('@');
  return `${name.slice(0, 1)}…@${domain}`;
};

/** The number on a receipt, short enough to be read out: that of the row which the correction wrote. */
export const receiptNumber = (logId: Receipt['logId']): string => `R-${logId}`;

const NUMBER = /^\s*r\s*-?\s*(-?\d{1,19})\s*$/i;

/** The row that such a number names, however it is typed; null where it is none. */
export const receiptRow = (typed: string): Receipt['logId'] | null => idIn(NUMBER.exec(typed)?.[1]);

/** What the visitor has got or given: on the card, or in its history where the card stayed as it was. */
export const receiptAmount = ({ cardDeltaCents, ledgerDeltaCents }: Receipt): Cents =>
  cardDeltaCents === 0 ? ledgerDeltaCents : cardDeltaCents;
