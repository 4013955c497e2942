import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { TableHead } from './table-head.tsx';
import { TableRow } from './table-row.tsx';
import { useFittingColumns } from './use-fitting-columns.ts';
import './table.css';

/** What a column is sorted by: nothing (null) comes last, whichever way. */
export type SortValue = string | number | null;

export type TableColumn<Row> = {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** A CSS grid track, as `120px` or `minmax(200px, 1fr)`. */
  readonly width: string;
  /** Left out: the column cannot be sorted. */
  readonly sortBy?: (row: Row) => SortValue;
  /** The first click sorts from high to low. */
  readonly highFirst?: boolean;
  /** Figures stand right. */
  readonly align?: 'end';
  /** What can be missed where there is no room: the highest leaves first. Left out: it always is there. */
  readonly leaves?: number;
};

export type TableSort = { readonly column: string; readonly descending: boolean };

type Selection = { readonly ids: ReadonlySet<string>; readonly onChange: (ids: ReadonlySet<string>) => void };

export type TableProps<Row> = {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** By whom it is kept when the address has it; otherwise it is the table's own. Null: in the order of the rows. */
  readonly sort?: TableSort | null;
  readonly onSort?: (sort: TableSort | null) => void;
  readonly compact?: boolean;
  readonly selection?: Selection;
  /** The name of a row's checkbox. */
  readonly rowLabel?: (row: Row) => string;
  /** The row that is open beside the table. */
  readonly activeId?: string | null;
  readonly onOpen?: (row: Row) => void;
  /** `fill`: scrolls by itself and draws what can be seen, for thousands of rows. `grow`: as high as its rows. */
  readonly height?: 'fill' | 'grow';
  /** In place of rows where there are none. */
  readonly empty?: ReactNode;
  /** Which rows can be seen now. */
  readonly onSeen?: (rows: readonly Row[]) => void;
};

const COLLATOR = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const compare = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b));

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

const sortingOf = (sort: TableSort | null): SortingState =>
  sort === null ? [] : [{ id: sort.column, desc: sort.descending }];

/** TanStack's table keeps the order of the rows, its virtual list what is drawn; what they look like is ours. */
const useRows = <Row,>(props: TableProps<Row>) => {
  const { columns, rows, rowId } = props;
  const [own, setOwn] = useState<TableSort | null>(null);
  const sort = props.sort === undefined ? own : props.sort;
  const defs = useMemo(
    () =>
      columns.map(
        ({ id, sortBy, highFirst }): ColumnDef<typeof features, { row: Row }> => ({
          id,
          accessorFn: ({ row }) => sortBy?.(row) ?? undefined,
          enableSorting: sortBy !== undefined,
          sortDescFirst: highFirst ?? false,
          sortUndefined: 'last',
          sortFn: (a, b) => compare(a.getValue(id), b.getValue(id)),
        }),
      ),
    [columns],
  );
  const data = useMemo(() => rows.map((row) => ({ row })), [rows]);
  const table = useTable({
    features,
    columns: defs,
    data,
    getRowId: ({ row }) => rowId(row),
    enableMultiSort: false,
    state: { sorting: sortingOf(sort) },
    onSortingChange: (change) => {
      const [next] = typeof change === 'function' ? change(sortingOf(sort)) : change;
      const wanted = next === undefined ? null : { column: next.id, descending: next.desc };
      setOwn(wanted);
      props.onSort?.(wanted);
    },
  });
  return { table, sort, shown: table.getRowModel().rows };
};

/**
 * Rows in columns, sorted by a click on a heading. Its roles are those of a table, its layout a grid, so that thousands of
 * rows cost what can be seen of them.
 */
export const Table = <Row,>(props: TableProps<Row>) => {
  const { label, compact = false, selection, height = 'grow', empty, onOpen, onSeen } = props;
  const { table, sort, shown } = useRows(props);
  const scroll = useRef<HTMLDivElement>(null);
  const columns = useFittingColumns(props.columns, scroll);
  const rowHeight = compact ? 32 : 40;
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    enabled: height === 'fill',
  });
  const { startIndex = 0, endIndex = -1 } = virtual.range ?? {};
  useEffect(() => {
    onSeen?.(shown.slice(startIndex, endIndex + 1).map(({ original }) => original.row));
  }, [onSeen, shown, startIndex, endIndex]);
  const tracks = [...(selection ? ['40px'] : []), ...columns.map(({ width }) => width)].join(' ');
  const places =
    height === 'fill'
      ? virtual.getVirtualItems().map(({ index, start }) => ({ index, start }))
      : shown.map((_, index) => ({ index, start: null }));
  return (
    <div ref={scroll} className={`table-scroll table-${height}`}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table element has no room for rows that are not drawn */}
      <div
        role="table"
        className={compact ? 'table table-compact' : 'table'}
        aria-label={label}
        aria-rowcount={shown.length + 1}
        style={{ '--tracks': tracks }}
      >
        <TableHead
          columns={columns}
          sort={sort}
          onSort={(id) => table.getColumn(id)?.toggleSorting()}
          selection={
            selection && {
              all: shown.length > 0 && shown.every(({ id }) => selection.ids.has(id)),
              some: selection.ids.size > 0,
              onAll: (on) => selection.onChange(new Set(on ? shown.map(({ id }) => id) : [])),
            }
          }
        />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div
          role="rowgroup"
          className="table-body"
          style={height === 'fill' ? { height: virtual.getTotalSize() } : undefined}
        >
          {places.map(({ index, start }) => {
            const row = shown[index];
            if (row === undefined) return null;
            const { id, original } = row;
            return (
              <TableRow
                key={id}
                columns={columns}
                row={original.row}
                index={index}
                start={start}
                active={props.activeId === id}
                onOpen={onOpen}
                selection={
                  selection && {
                    on: selection.ids.has(id),
                    label: props.rowLabel?.(original.row) ?? id,
                    onChange: (on) => {
                      const ids = new Set(selection.ids);
                      if (on) ids.add(id);
                      else ids.delete(id);
                      selection.onChange(ids);
                    },
                  }
                }
              />
            );
          })}
        </div>
      </div>
      {shown.length === 0 && empty}
    </div>
  );
};
