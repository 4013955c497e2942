import { useCallback, useRef, useState } from 'react';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { BoardRow } from './rows.ts';

/** Which row somebody is at, and which are selected. */
export const useBoardPosition = () => {
  const [cursor, setCursor] = useState<RowId | null>(null);
  // The focus goes with the row that the keyboard moves to, and stays where a click has put it. It goes there once: a row
  // that a search has hidden takes it from nobody as it comes back.
  const [byKey, setByKey] = useState(false);
  const toFocus = useRef<RowId | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<RowId>>(new Set());
  const moveTo = useCallback((id: RowId, by: 'key' | 'click'): void => {
    setCursor(id);
    setByKey(by === 'key');
    toFocus.current = by === 'key' ? id : null;
  }, []);
  const select = useCallback(
    (rows: readonly BoardRow[], on: boolean) =>
      setSelected((before) => {
        const next = new Set(before);
        for (const { id } of rows) {
          if (on) next.add(id);
          else next.delete(id);
        }
        return next;
      }),
    [],
  );
  const clear = useCallback(() => setSelected(new Set()), []);
  /** @returns what takes back every move and selection from now on */
  const remember = () => {
    const focused = document.activeElement;
    return (): void => {
      setCursor(cursor);
      setByKey(byKey);
      setSelected(selected);
      if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    };
  };
  return { cursor, byKey, toFocus, selected, moveTo, select, clear, remember };
};
