import { useEffect, useRef, useState } from 'react';
import { heldOrder } from './held-order.ts';

/** The rows stay where they are for so long after the pointer or the keyboard moved among them, and not a night long. */
const HOLD_MS = 4_000;

/** The order on screen: the wanted one, except while the operator's hand is in it. */
export const useHeldOrder = (wanted: readonly string[]) => {
  const [heldUntil, setHeldUntil] = useState(0);
  const shown = useRef<readonly string[]>([]);
  const { ids, hidden } = heldOrder(wanted, shown.current, Date.now() < heldUntil);
  useEffect(() => {
    shown.current = ids;
  }, [ids]);
  useEffect(() => {
    if (heldUntil === 0) return;
    const timer = setTimeout(() => setHeldUntil(0), heldUntil - Date.now());
    return () => clearTimeout(timer);
  }, [heldUntil]);
  return {
    ids,
    /** How many rows are new and not shown yet. */
    hidden,
    // A pointer moves a hundred times a second: the screen is redrawn for a few of them.
    hold: () => setHeldUntil((until) => (Date.now() + HOLD_MS - until > 500 ? Date.now() + HOLD_MS : until)),
    release: () => setHeldUntil(0),
    /** Begins with the wanted order, whoever moves in it. */
    reset: () => {
      shown.current = [];
    },
  };
};
