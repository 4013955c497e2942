type Sized = { readonly width: string; readonly leaves?: number };

/** The least that a grid track takes, in px: `120px`, `minmax(120px, 1fr)`. */
const leastOf = ({ width }: Sized): number => Number(width.replace('minmax(', '').split('px', 1)[0]) || 0;

/**
 * The columns for which there is room, in their order: what leaves is what has the highest `leaves`, and what has none stays.
 * @param room px for all of them
 * @param gap px between two
 */
export const fittingColumns = <Column extends Sized>(
  columns: readonly Column[],
  room: number,
  gap: number,
): readonly Column[] => {
  const needed = columns.reduce((sum, column) => sum + leastOf(column) + gap, -gap);
  const first = columns.reduce<Column | undefined>(
    (most, column) => ((column.leaves ?? 0) > (most?.leaves ?? 0) ? column : most),
    undefined,
  );
  if (needed <= room || first === undefined) return columns;
  return fittingColumns(
    columns.filter((column) => column !== first),
    room,
    gap,
  );
};
