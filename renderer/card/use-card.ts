import { useEffect, useState } from 'react';
import type { CardView } from '../../shared/contract/cards.ts';
import type { RegieError } from '../../shared/contract/errors.ts';
import { call } from '../bridge.ts';

/** A card against its history, asked for again whenever `reason` changes. Null until the first answer. */
export const useCard = (cardId: string, reason: string | number): CardView | RegieError | null => {
  const [card, setCard] = useState<CardView | RegieError | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reason is why it is asked again
  useEffect(() => {
    let wanted = true;
    void call('card.get', { cardId }).then((answer) => {
      if (wanted) setCard(answer.ok ? answer.value : answer.error);
    });
    return () => {
      wanted = false;
    };
  }, [cardId, reason]);
  return card;
};
