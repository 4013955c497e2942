import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Silence } from '../../../shared/domain/silence.ts';
import { useTeam } from '../../features/team/use-team.ts';
import { formatMoney, i18n } from '../../i18n.ts';
import { detectorName, titleOf } from '../../sentence.ts';
import type { TableSort } from '../../ui/table.tsx';
import { TableHead } from '../../ui/table-head.tsx';
import { BOARD_COLUMNS } from './board-cells.tsx';
import { boxesOf } from './boxes.ts';
import { causeName } from './cause-name.ts';
import type { BoardRow, RowGroup } from './rows.ts';
import { useDisplayed } from './use-displayed.ts';
import '../../ui/table.css';

const ROW_HEIGHT = 40;
const HEAD_HEIGHT = 32;

type GroupItem = { readonly key: string; readonly group: RowGroup; readonly by: 'place' | 'kind' | 'cause' };
/** A row by its id, or the heading of a group. */
export type BoardItem = RowId | GroupItem;

type Act = {
  readonly open: (row: BoardRow) => void;
  readonly select: (rows: readonly BoardRow[], on: boolean) => void;
};

/** The rows of the board, drawn as far as they can be seen; roles of a table on a grid, as ui/table.tsx. */
export const BoardTable = (props: {
  items: readonly BoardItem[];
  /** Undefined: it has gone while the order was held; its place stays until it is let go. */
  rowOf: (id: RowId) => BoardRow | undefined;
  /** The row that the keyboard is on, and the one that is open beside the table. */
  cursor: RowId | null;
  /** The keyboard has moved there. */
  byKey: boolean;
  /** The row that is to have the focus, until it has it. */
  toFocus: RefObject<RowId | null>;
  opened: RowId | null;
  selected: ReadonlySet<RowId>;
  sort: TableSort | null;
  onSort: (sort: TableSort | null) => void;
  act: Act;
  scroll: RefObject<HTMLDivElement | null>;
  onHold: () => void;
  onRelease: () => void;
  /** How the keyboard brings a row into sight. */
  scrollTo: RefObject<((index: number) => void) | null>;
  empty: ReactNode;
}) => {
  const { t } = useTranslation();
  const { items, rowOf, cursor, toFocus, opened, selected, sort, onSort, act, scroll, scrollTo } = props;
  const { silences } = useTeam();
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
  });
  useEffect(() => {
    scrollTo.current = (index) => {
      const list = scroll.current;
      if (list !== null) bringIntoSight(list, index);
    };
  }, [scroll, scrollTo]);
  // Only what can be seen: rows are drawn beyond the edges, so that scrolling never shows a gap.
  const { startIndex = 0, endIndex = -1 } = virtual.range ?? {};
  useDisplayed(
    rowsAmong(items.slice(startIndex, endIndex + 1), rowOf).flatMap(({ alert, repeats }) => [alert, ...repeats]),
  );
  const [all, chosen] = useMemo(() => {
    if (selected.size === 0) return [false, false];
    const rows = items.filter((item) => typeof item === 'string');
    const some = rows.filter((id) => selected.has(id));
    return [some.length === rows.length && rows.length > 0, some.length > 0];
  }, [items, selected]);
  const drawn = virtual.getVirtualItems();
  const boxes = useRef<ReadonlyMap<RowId, number>>(new Map());
  const boxOf = boxesOf(
    drawn.flatMap(({ index }) => {
      const item = items[index];
      return typeof item === 'string' ? item : [];
    }),
    boxes.current,
  );
  useEffect(() => {
    boxes.current = boxOf;
  });
  // It is the same one while the list is scrolled.
  const head = useMemo(
    () => <BoardHead {...{ sort, onSort, all, chosen }} onAll={(on) => act.select(rowsAmong(items, rowOf), on)} />,
    [sort, onSort, all, chosen, act, items, rowOf],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only holds the order still
    <div ref={scroll} className="table-scroll table-fill" onMouseMove={props.onHold} onMouseLeave={props.onRelease}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table element has no room for rows that are not drawn */}
      <div role="table" className="table board-table" aria-label={t('board.list')} aria-rowcount={items.length + 1}>
        {head}
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
          {drawn.map(({ index, start }) => {
            const item = items[index];
            if (item === undefined) return null;
            if (typeof item !== 'string') {
              const { key, group } = item;
              const { rows: ofGroup } = group;
              const on = selected.size === 0 ? 0 : ofGroup.filter(({ id }) => selected.has(id)).length;
              return (
                <GroupRow
                  key={key}
                  item={item}
                  start={start}
                  index={index}
                  act={act}
                  on={on}
                  all={on === ofGroup.length}
                />
              );
            }
            const row = rowOf(item);
            if (row === undefined) return <GoneRow key={`gone ${item}`} start={start} index={index} />;
            return (
              <Row
                key={boxOf.get(item)}
                row={row}
                silences={silences}
                start={start}
                index={index}
                current={cursor === row.id}
                focused={props.byKey && cursor === row.id}
                toFocus={toFocus}
                opened={opened === row.id}
                selected={selected.has(row.id)}
                act={act}
              />
            );
          })}
        </div>
      </div>
      {items.length === 0 && props.empty}
    </div>
  );
};

const rowsAmong = (items: readonly BoardItem[], rowOf: (id: RowId) => BoardRow | undefined): readonly BoardRow[] =>
  items.flatMap((item) => (typeof item === 'string' ? (rowOf(item) ?? []) : []));

const BoardHead = (props: {
  sort: TableSort | null;
  onSort: (sort: TableSort | null) => void;
  all: boolean;
  chosen: boolean;
  onAll: (on: boolean) => void;
}) => {
  const { t } = useTranslation();
  const { sort, onSort, all, chosen, onAll } = props;
  return (
    <TableHead
      columns={BOARD_COLUMNS.map(({ id, align }) => ({
        ...{ id, header: t(`board.column_${id}`), sortBy: true },
        ...(align === undefined ? {} : { align }),
      }))}
      sort={sort}
      onSort={(id) => {
        const highFirst = id === 'amount' || id === 'age';
        if (sort?.column !== id) onSort({ column: id, descending: highFirst });
        else onSort(sort.descending === highFirst ? { column: id, descending: !highFirst } : null);
      }}
      selection={{ all, some: chosen, onAll }}
    />
  );
};

/** All rows are as high as each other, and the heading lies over the list. */
const bringIntoSight = (list: HTMLElement, index: number): void => {
  const highest = index * ROW_HEIGHT;
  const lowest = highest + ROW_HEIGHT + HEAD_HEIGHT - list.clientHeight;
  const now = list.scrollTop;
  if (now > highest || now < lowest) list.scrollTop = now > highest ? highest : lowest;
};

const place = (start: number) => ({ position: 'absolute', transform: `translateY(${start}px)` }) as const;

/** One alert. A click anywhere in it opens it, except on what acts by itself. */
const Row = memo(
  (props: {
    row: BoardRow;
    silences: readonly Silence[];
    start: number;
    index: number;
    current: boolean;
    focused: boolean;
    toFocus: RefObject<RowId | null>;
    opened: boolean;
    selected: boolean;
    act: Act;
  }) => {
    const { t, i18n } = useTranslation();
    const { row, silences, start, index, current, focused, toFocus, opened, selected, act } = props;
    const { alert } = row;
    const box = useRef<HTMLDivElement>(null);
    const button = useRef<HTMLButtonElement>(null);
    useEffect(() => {
      if (!focused || toFocus.current !== row.id) return;
      toFocus.current = null;
      button.current?.focus({ preventScroll: true });
    }, [focused, toFocus, row.id]);
    // The focus was the last row's, and doesn't go over to the one that has come into its box.
    const last = useRef(row.id);
    useLayoutEffect(() => {
      if (last.current === row.id) return;
      last.current = row.id;
      const { activeElement } = document;
      if (activeElement instanceof HTMLElement && box.current?.contains(activeElement)) activeElement.blur();
    }, [row.id]);
    const title = titleOf(alert);
    const tone = alert.open ? alert.lead.severity.toLowerCase() : 'closed';
    const fresh = alert.open && alert.lead.acknowledgedAt === null ? 'board-row-fresh' : '';
    return (
      // biome-ignore lint/a11y/useSemanticElements: the table's layout is a grid
      // biome-ignore lint/a11y/useFocusableInteractive: what opens it by the keyboard stands in it
      // biome-ignore lint/a11y/useKeyWithClickEvents: as above
      <div
        ref={box}
        role="row"
        lang={i18n.language}
        className={`table-row table-row-opens board-row-${tone} ${fresh} ${opened ? 'table-row-active' : ''} ${current ? 'board-row-current' : ''}`}
        aria-rowindex={index + 2}
        aria-current={opened || undefined}
        aria-selected={selected}
        style={place(start)}
        onClick={({ target }) => {
          if (!(target instanceof Element && target.closest('a, button, input, label'))) act.open(row);
        }}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <span role="cell" className="table-cell">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={t('board.selectRow', { sentence: title })}
            checked={selected}
            onChange={(event) => act.select([row], event.target.checked)}
          />
        </span>
        {BOARD_COLUMNS.map(({ id, align, cell, whole }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <span
            key={id}
            role="cell"
            data-column={id}
            className={`table-cell ${align === 'end' ? 'table-cell-end' : ''} ${whole === undefined ? '' : 'ellipsis'}`}
            title={whole?.(row)}
          >
            {id === 'what' ? (
              <button ref={button} type="button" className="board-what" onClick={() => act.open(row)}>
                {cell({ row, title, silences })}
              </button>
            ) : (
              cell({ row, title, silences })
            )}
          </span>
        ))}
      </div>
    );
  },
);

const GoneRow = ({ start, index }: { start: number; index: number }) => {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: nothing in it acts
    <div role="row" className="table-row board-gone quiet" aria-rowindex={index + 2} style={place(start)}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell">{t('board.gone')}</span>
    </div>
  );
};

/** What rows have in common, how many they are and what they are about together. */
const GroupRow = (props: { item: GroupItem; start: number; index: number; act: Act; on: number; all: boolean }) => {
  const { t } = useTranslation();
  const { item, start, index, act, on, all } = props;
  const { group, by } = item;
  const name = groupName(group.key, by);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: its checkbox has the focus
    <div role="row" className="table-row board-group" aria-rowindex={index + 2} style={place(start)}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className="table-cell">
        <input
          type="checkbox"
          aria-label={t('board.selectGroup', { name })}
          checked={all}
          ref={(box) => {
            if (box !== null) box.indeterminate = on > 0 && !all;
          }}
          onChange={(event) => act.select(group.rows, event.target.checked)}
        />
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className="board-group-name">
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <span className="quiet"> · {t('board.groupCount', { count: group.rows.length })}</span>
        {group.amountCents > 0 && <span> · {formatMoney(group.amountCents)}</span>}
      </span>
    </div>
  );
};

const groupName = (key: string, by: 'place' | 'kind' | 'cause'): string => {
  if (by === 'cause') return causeName(key);
  if (by === 'kind') return detectorName(key);
  return key === '' ? i18n.t('board.groupNone') : key;
};
