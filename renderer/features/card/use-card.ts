import type { RegieError } from '../../../shared/contract/errors.ts';
import type { CardView } from '../../../shared/domain/card.ts';
import { useCall, useLive } from '../../query.ts';

/** A card against its history: at once from this laptop's copy, then from the festival. */
export type CardAnswer = {
  readonly card: CardView | null;
  /** The festival has answered; until then, and while it does not, `card` is the laptop's copy. */
  readonly live: boolean;
  /** Why the festival has not answered. */
  readonly error: RegieError | null;
  readonly refresh: () => Promise<unknown>;
};

const newer = (a: CardView | null | undefined, b: CardView | null | undefined): CardView | null => {
  if (a == null || b == null) return a ?? b ?? null;
  return Date.parse(a.at) >= Date.parse(b.at) ? a : b;
};

/** @param options `fixed`: its figures stay what they are until `refresh` */
export const useCard = (cardId: string, options: { fixed?: boolean } = {}): CardAnswer => {
  const { data: copy } = useCall('card.get', { cardId }, options);
  const { data, error, refetch } = useLive('card.look', { cardId }, options);
  const live = error === null && data !== undefined;
  // What waits on this laptop is in its copy as well: of the same moment, the copy has more.
  return { card: live ? data : newer(copy, data), live, error, refresh: refetch };
};
