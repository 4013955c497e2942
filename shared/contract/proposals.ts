export * from '../domain/proposal.ts';
export {
  RECEIPT_CHANNELS,
  type Receipt,
  type ReceiptChannel,
} from '../domain/receipt.ts';
export * from './corrections.ts';
