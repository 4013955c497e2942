import { type RefObject, useLayoutEffect, useState } from 'react';
import { fittingColumns } from './fitting-columns.ts';

/** The columns for which the table has room now, for as wide as it is. */
export const useFittingColumns = <Column extends { readonly width: string; readonly leaves?: number }>(
  columns: readonly Column[],
  table: RefObject<HTMLElement | null>,
): readonly Column[] => {
  const [{ room, gap }, setSize] = useState({ room: Number.POSITIVE_INFINITY, gap: 0 });
  // Where all columns stay, nothing is measured.
  const leave = columns.some(({ leaves }) => leaves !== undefined);
  useLayoutEffect(() => {
    if (!leave) return;
    const head = table.current?.querySelector('.table-head');
    if (head === null || head === undefined) return;
    const measure = (): void => {
      const style = getComputedStyle(head);
      const [left, right, between] = [style.paddingLeft, style.paddingRight, style.columnGap].map(Number.parseFloat);
      setSize((was) => {
        const size = { room: (table.current?.clientWidth ?? 0) - (left ?? 0) - (right ?? 0), gap: between ?? 0 };
        return size.room === was.room && size.gap === was.gap ? was : size;
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (table.current !== null) observer.observe(table.current);
    return () => observer.disconnect();
  }, [table, leave]);
  return fittingColumns(columns, room, gap);
};
