import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { heldOrder } from './held-order.ts';

/** The rows stay where they are for so long after the pointer or the keyboard moved among them, and not a night long. */
const HOLD_MS = 4_000;

/** The order on screen: the wanted one, except while the operator's hand is in it. What is still being read is not new. */
export const useHeldOrder = (wanted: readonly RowId[], complete: boolean) => {
  const [heldUntil, setHeldUntil] = useState(0);
  const shown = useRef<readonly RowId[]>([]);
  const held = complete && Date.now() < heldUntil;
  const { ids, hidden } = useMemo(() => heldOrder(wanted, shown.current, held), [wanted, held]);
  useEffect(() => {
    shown.current = ids;
  }, [ids]);
  useEffect(() => {
    if (heldUntil === 0) return;
    const timer = setTimeout(() => setHeldUntil(0), heldUntil - Date.now());
    return () => clearTimeout(timer);
  }, [heldUntil]);
  const hold = useCallback(
    // A pointer moves a hundred times a second: the screen is redrawn for a few of them.
    () => setHeldUntil((until) => (Date.now() + HOLD_MS - until > 500 ? Date.now() + HOLD_MS : until)),
    [],
  );
  const letGo = useCallback(() => setHeldUntil(0), []);
  const reset = useCallback(() => {
    shown.current = [];
  }, []);
  const release = (): void => {
    reset();
    letGo();
  };
  const remember = (): (() => void) => () => {
    shown.current = ids;
  };
  return {
    ids,
    /** How many rows are new and not shown yet. */
    hidden,
    hold,
    letGo,
    /** Shows what is new at once. */
    release,
    /** Begins with the wanted order, whoever moves in it. */
    reset,
    /** @returns what goes back to the order that is on screen now */
    remember,
  };
};
