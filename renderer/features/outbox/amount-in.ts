import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import { type Cents, cents } from '../../../shared/domain/money.ts';

/** What a correction changes, in cents: on the card or, where that stays, in the ledger; null where it says no amount. */
export const amountIn = ({ cardDeltaCents: card, ledgerDeltaCents: ledger }: OutboxEntry['input']): Cents | null =>
  typeof card === 'number' && typeof ledger === 'number' ? cents(card === 0 ? ledger : card) : null;
