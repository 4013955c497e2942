import type { Cents } from '../../shared/domain/money.ts';
import type { Random } from './random.ts';

/** A visitor's card as the simulator remembers it. A hint only: the row in the database decides. */
export type Card = {
  readonly id: string;
  balance: Cents;
  /** Cups that the visitor holds. */
  cups: number;
  /** Something is happening to it right now. */
  busy: boolean;
  /** Monotonic milliseconds; before it the card does nothing. */
  restsUntil: number;
  /** Monotonic milliseconds; before it no order of this card fails, so that failures never come in a row by chance. */
  soundUntil: number;
  /** When it last ordered at each bar, monotonic milliseconds. */
  readonly orderedAt: Map<string, number>;
  /** A labelled fault happened to it: honest traffic leaves it alone, or its finding would mean two things. */
  faulted: boolean;
  /** A labelled fault happened to it at some time: other faults take other cards as long as there are some. */
  marked: boolean;
};

/** The 2,000 cards, and who may act now. */
export type CardBook = {
  readonly cards: readonly Card[];
  find(id: string): Card | undefined;
  /** A rested card that nobody has, taken: `busy` until given back. Undefined where none fits. */
  take(now: number, fits: (card: Card) => boolean): Card | undefined;
  /** Gives a card back; it rests from now on. */
  giveBack(card: Card, now: number): void;
};

/**
 * Scans of one card within 5 s and transactions within 2 s look like faults (docs/detection.md, "Detectors"), so an
 * honest card rests for longer, counted from when its last action was over. At 600× and the evening's peak half of
 * 2,000 cards rest.
 */
export const REST_MS = 7_500;
/** Three failures in a row within 10 minutes are a fault: at most one in a little more. */
export const SOUND_MS = 11 * 60_000;

const SAMPLES = 60;

export const createCardBook = (
  rows: readonly { id: string; balance: Cents }[],
  random: Random,
  before?: CardBook,
): CardBook => {
  const cards = rows.map(({ id, balance }): Card => {
    const known = before?.find(id);
    return {
      ...(known ?? {
        cups: 0,
        restsUntil: Number.NEGATIVE_INFINITY,
        soundUntil: Number.NEGATIVE_INFINITY,
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
    take: (now, fits) => {
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
    giveBack: (card, now) => {
      card.busy = false;
      card.restsUntil = now + REST_MS;
    },
  };
};
