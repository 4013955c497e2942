import type { FoundCards } from '../../../shared/contract/cards.ts';
import type { CardView } from '../../../shared/domain/card.ts';
import { cardIdReadings } from '../../../shared/domain/card-id.ts';
import { cents } from '../../../shared/domain/money.ts';
import type { CardCopy } from '../../buffer/card-copy.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { readCardView } from './card-view.ts';
import { endings, findCards, sortFound } from './find-cards.ts';

/** Cards for the screens: from the laptop's copy at once, from the festival when it answers. */
export type Cards = {
  /** The laptop's copy; null where it has none. */
  copy(cardId: string): CardView | null;
  /** Whether the laptop's copy has a card of this id. */
  knows(cardId: string): boolean;
  /** Today's, which the copy keeps. @throws the driver's error when the festival's database does not answer. */
  read(cardId: string): Promise<CardView>;
  /** Among the laptop's copies, what an id may mean that no card has. */
  findCopies(read: string): FoundCards;
  /** The same among the festival's cards. @throws the driver's error when the festival's database does not answer. */
  find(read: string): Promise<FoundCards>;
};

/** What waits in the outbox for a card. */
export type CardCorrections = {
  /** Corrections of a card that are on their way. */
  corrections(cardId: string): CardView['waiting'];
};

export const createCards = (options: {
  database: FestivalDatabase;
  copy: CardCopy;
  /** What this laptop shows beside the card: its alerts, and its corrections that are on their way. */
  overlay: CardCorrections & { readonly view: { forCard(cardId: string): CardView['alerts'] } };
}): Cards => {
  const { database, copy, overlay } = options;
  const shownBeside = (cardId: string) => ({
    alerts: overlay.view.forCard(cardId),
    waiting: overlay.corrections(cardId),
  });
  return {
    copy: (cardId) => {
      const card = copy.card(cardId);
      return card === undefined ? null : { ...card, ...shownBeside(cardId) };
    },
    findCopies: (read) => {
      const readings = cardIdReadings(read);
      return sortFound(copy.endingLike(endings(readings)), readings);
    },
    find: (read) => findCards(database, cardIdReadings(read)),
    knows: copy.has,
    read: async (cardId) => {
      const card = await readCardView(database, cardId);
      copy.store({
        transactions: card.transactions.map(({ expectedAfterCents: _, ...row }) => ({ ...row, cardId })),
        scans: card.scans.map((scan) => ({ ...scan, cardId })),
        cards: [
          {
            cardId,
            onFile: card.exists,
            actualCents: card.amountMissing ? null : cents(card.actualCents),
            expectedCents: card.expectedCents,
            at: card.at,
          },
        ],
      });
      return { ...card, ...shownBeside(cardId) };
    },
  };
};
