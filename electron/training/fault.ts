import type { FaultKind } from '../../shared/domain/fault.ts';
import type { Cents } from '../../shared/domain/money.ts';
import type { Card } from './card-book.ts';
import type { Label } from './labels.ts';

/** The festival cannot produce this fault at the moment. */
export class FaultImpossible extends Error {
  override readonly name = 'FaultImpossible';
}

/** What a fault on a card has done. */
export type Draft = Pick<Label, 'logIds' | 'at' | 'expects'> & {
  amountCents: Cents | null;
  discrepancyCents?: Cents;
  /** Where its finding names something else than the card. */
  about?: string;
};

/** A fault on one card: the card is set apart before anything is written, also for the next start. */
export type OnCard = (
  kind: FaultKind,
  fits: (card: Card) => boolean,
  work: (card: Card) => Promise<Draft>,
) => Promise<Label>;

/** A finding that a fault must lead to. */
export const expected = (algorithm: string, card: Pick<Card, 'id'> | null): Label['expects'][number] => ({
  algorithm,
  cardId: card?.id ?? null,
});
