import { useEffect, useState } from 'react';
import type { CardView } from '../../../shared/contract/cards.ts';
import type { RegieError } from '../../../shared/contract/errors.ts';
import { call } from '../../bridge.ts';

/** A card as far as it is known: at once from this laptop's copy, then from the festival. */
export type KnownCard = {
  readonly card: CardView | null;
  /** The festival has answered; until then, and while it does not, `card` is the laptop's copy. */
  readonly live: boolean;
  /** Why the festival has not answered. */
  readonly error: RegieError | null;
};

const NOTHING: KnownCard = { card: null, live: false, error: null };

/** A card against its history, asked for again whenever `reason` changes. */
export const useCard = (cardId: string, reason: string | number): KnownCard => {
  const [known, setKnown] = useState<KnownCard & { cardId: string }>({ ...NOTHING, cardId });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reason is why it is asked again
  useEffect(() => {
    let wanted = true;
    let answered = false;
    void call('card.get', { cardId }).then((copy) => {
      if (wanted && !answered && copy.ok && copy.value !== null) {
        const card = copy.value;
        setKnown((last) => (last.cardId === cardId && last.live ? last : { cardId, card, live: false, error: null }));
      }
    });
    void call('card.look', { cardId }).then(async (live) => {
      answered = true;
      if (!wanted) return;
      if (live.ok) return setKnown({ cardId, card: live.value, live: true, error: null });
      const copy = await call('card.get', { cardId });
      if (wanted) setKnown({ cardId, card: copy.ok ? copy.value : null, live: false, error: live.error });
    });
    return () => {
      wanted = false;
    };
  }, [cardId, reason]);
  return known.cardId === cardId ? known : NOTHING;
};
