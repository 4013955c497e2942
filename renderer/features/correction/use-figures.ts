import { useState } from 'react';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { CardView } from '../../../shared/domain/card.ts';
import { useCard } from '../card/use-card.ts';

/** The figures that a correction is made on. */
export type FiguresOfCard = {
  readonly card: CardView | null;
  /** They are the festival's; otherwise this laptop's copy. */
  readonly live: boolean;
  readonly error: RegieError | null;
  /** Another one for other figures: its form starts over, with an operation of its own. */
  readonly key: string;
  /** Keeps them: what was sent on them tells its outcome in the form that sent it, whatever arrives meanwhile. */
  readonly hold: () => void;
  /** Asks for those of this moment; the former ones stand until they have come. */
  readonly renew: () => void;
  readonly renewing: boolean;
};

export const useFigures = (cardId: string): FiguresOfCard => {
  const { card, live, error, refresh } = useCard(cardId, { fixed: true });
  const [held, setHeld] = useState<{ card: CardView; live: boolean } | null>(null);
  const [renewing, setRenewing] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const shown = held ?? { card, live };
  const renew = async () => {
    setRenewing(true);
    await refresh();
    setHeld(null);
    setAttempt((before) => before + 1);
    setRenewing(false);
  };
  return {
    ...shown,
    error,
    key: `${shown.card?.actualCents}/${shown.card?.expectedCents}/${attempt}`,
    hold: () => setHeld((before) => before ?? (card === null ? null : { card, live })),
    renew: () => {
      if (!renewing) void renew();
    },
    renewing,
  };
};
