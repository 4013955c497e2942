import type { ReactNode } from 'react';

type Column<Row> = { readonly id: string; readonly cell: (row: Row) => ReactNode; readonly align?: 'end' };

/** One row: a click anywhere in it opens it, except on what acts by itself. */
export const TableRow = <Row,>(props: {
  columns: readonly Column<Row>[];
  row: Row;
  index: number;
  /** Pixels from the top; null where rows follow one another. */
  start: number | null;
  active: boolean;
  onOpen: ((row: Row) => void) | undefined;
  selection: { on: boolean; label: string; onChange: (on: boolean) => void } | undefined;
}) => {
  const { columns, row, index, start, active, onOpen, selection } = props;
  const open = onOpen && {
    onClick: ({ target }: { target: EventTarget }) => {
      if (!(target instanceof Element && target.closest('a, button, input, select, label'))) onOpen(row);
    },
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the table's layout is a grid
    // biome-ignore lint/a11y/useFocusableInteractive: what opens it by the keyboard stands in it
    <div
      role="row"
      className={`table-row ${active ? 'table-row-active' : ''} ${open ? 'table-row-opens' : ''}`}
      aria-rowindex={index + 2}
      aria-current={active || undefined}
      style={start === null ? undefined : { position: 'absolute', transform: `translateY(${start}px)` }}
      {...open}
    >
      {selection && (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <span role="cell" className="table-cell">
          <input
            type="checkbox"
            aria-label={selection.label}
            checked={selection.on}
            onChange={(event) => selection.onChange(event.target.checked)}
          />
        </span>
      )}
      {columns.map(({ id, cell, align }) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <span key={id} role="cell" className={align === 'end' ? 'table-cell table-cell-end' : 'table-cell'}>
          {cell(row)}
        </span>
      ))}
    </div>
  );
};
