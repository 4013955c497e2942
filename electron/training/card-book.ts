import type { Cents } from '../../shared/domain/money.ts';
import type { Random } from './random.ts';

/** A visitor's card as the simulator remembers it; the row in the database decides. */
export type Card = {
  readonly id: string;
  balance: Cents;
  /** Cups that the visitor holds. */
  cups: number;
  /** A visitor is using it right now. */
  busy: boolean;
  /** Monotonic milliseconds; before it the card does nothing. */
  restsUntil: number;
  /** Monotonic milliseconds; before it no order of this card fails, so that failures never come in a row by chance. */
  noFailureUntil: number;
  /** When it last ordered at each bar, monotonic milliseconds. */
  readonly orderedAt: Map<string, number>;
  /** A labelled fault happened to it: honest traffic leaves it alone, or its finding would be ambiguous. */
  faulted: boolean;
  /** A labelled fault happened to it at some time: other faults use other cards as long as there are some. */
  marked: boolean;
};

/** The 2,000 cards, and who may act now. */
export type CardBook = {
  readonly cards: readonly Card[];
  find(id: string): Card | undefined;
  /** Claims a rested, free card: `busy` until it is released. Undefined where none fits. */
  claim(now: number, fits: (card: Card) => boolean): Card | undefined;
  /** Releases a card; it rests from now on. */
  release(card: Card, now: number): void;
};

/**
 * Scans of one card within 5 s and transactions within 2 s look like faults (docs/detection.md, "Detectors"), so an
 * honest card rests for longer, counted from when its last action was over. At 600× and the evening's peak half of
 * 2,000 cards rest.
 */
export const REST_MS = 7_500;
/** Three failures in a row within 10 minutes are a fault: at most one in a little more. */
export const FAILURE_SPACING_MS = 11 * 60_000;

const SAMPLES = 60;

export const createCardBook = (
  rows: readonly { id: string; balance: Cents }[],
  random: Random,
  before?: CardBook,
): CardBook => {
  const cards = rows.map(({ id, balance }): Card => {
    const earlier = before?.find(id);
    return {
      ...(earlier ?? {
        cups: 0,
        restsUntil: Number.NEGATIVE_INFINITY,
        noFailureUntil: Number.NEGATIVE_INFINITY,
        orderedAt: new Map<string, number>(),
        faulted: false,
        marked: false,
      }),
      id,
      balance,
      busy: false,
    };
  });
  const byId = new Map(cards.map((card) => [card.id, card]));
  return {
    cards,
    find: (id) => byId.get(id),
    claim: (now, fits) => {
      const free = (card: Card) => !card.busy && !card.faulted && card.restsUntil <= now && fits(card);
      let found: Card | undefined;
      for (let sample = 0; sample < SAMPLES && found === undefined; sample += 1) {
        const card = cards[random.between(0, cards.length - 1)];
        if (card !== undefined && free(card)) found = card;
      }
      found ??= cards.find(free);
      if (found !== undefined) found.busy = true;
      return found;
    },
    release: (card, now) => {
      card.busy = false;
      card.restsUntil = now + REST_MS;
    },
  };
};
