import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, type RefObject, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Silence } from '../../../shared/domain/silence.ts';
import { useTeam } from '../../features/team/use-team.ts';
import { formatMoney, i18n } from '../../i18n.ts';
import { detectorName, titleOf } from '../../sentence.ts';
import type { TableSort } from '../../ui/table.tsx';
import { TableHead } from '../../ui/table-head.tsx';
import { BOARD_COLUMNS } from './board-cells.tsx';
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
  const { items, rowOf, cursor, opened, selected, sort, act, scroll, scrollTo } = props;
  const { silences } = useTeam();
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
  });
  useEffect(() => {
    scrollTo.current = (index) => {
      const list = scroll.current;
      if (list !== null) bringIntoSight(list, index);
    };
  }, [scroll, scrollTo]);
  // Only what can be seen: rows are drawn beyond the edges, so that scrolling never shows a gap.
  const { startIndex = 0, endIndex = -1 } = virtual.range ?? {};
  const rowsOf = (some: readonly BoardItem[]): readonly BoardRow[] =>
    some.flatMap((item) => (typeof item === 'string' ? (rowOf(item) ?? []) : []));
  useDisplayed(rowsOf(items.slice(startIndex, endIndex + 1)).flatMap(({ alert, repeats }) => [alert, ...repeats]));
  const [all, chosen] = useMemo(() => {
    if (selected.size === 0) return [false, false];
    const rows = items.filter((item) => typeof item === 'string');
    const some = rows.filter((id) => selected.has(id));
    return [some.length === rows.length && rows.length > 0, some.length > 0];
  }, [items, selected]);
  const onSort = (id: string): void => {
    const highFirst = id === 'amount' || id === 'age';
    if (sort?.column !== id) props.onSort({ column: id, descending: highFirst });
    else props.onSort(sort.descending === highFirst ? { column: id, descending: !highFirst } : null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only holds the order still
    <div ref={scroll} className="table-scroll table-fill" onMouseMove={props.onHold} onMouseLeave={props.onRelease}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table element has no room for rows that are not drawn */}
      <div role="table" className="table board-table" aria-label={t('board.list')} aria-rowcount={items.length + 1}>
        <TableHead
          columns={BOARD_COLUMNS.map(({ id, align }) => ({
            ...{ id, header: t(`board.column_${id}`), sortBy: true },
            ...(align === undefined ? {} : { align }),
          }))}
          sort={sort}
          onSort={onSort}
          selection={{
            ...{ all, some: chosen },
            onAll: (on) => act.select(rowsOf(items), on),
          }}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
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
            if (row === undefined) return <GoneRow key={item} start={start} index={index} />;
            return (
              <Row
                key={item}
                row={row}
                silences={silences}
                start={start}
                index={index}
                current={cursor === row.id}
                focused={props.byKey && cursor === row.id}
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
    opened: boolean;
    selected: boolean;
    act: Act;
  }) => {
    const { t, i18n } = useTranslation();
    const { row, silences, start, index, current, focused, opened, selected, act } = props;
    const { alert } = row;
    const button = useRef<HTMLButtonElement>(null);
    useEffect(() => {
      if (focused) button.current?.focus({ preventScroll: true });
    }, [focused]);
    const tone = alert.open ? alert.lead.severity.toLowerCase() : 'closed';
    const fresh = alert.open && alert.lead.acknowledgedAt === null ? 'board-row-fresh' : '';
    return (
      // biome-ignore lint/a11y/useSemanticElements: the table's layout is a grid
      // biome-ignore lint/a11y/useFocusableInteractive: what opens it by the keyboard stands in it
      // biome-ignore lint/a11y/useKeyWithClickEvents: as above
      <div
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
            aria-label={t('board.selectRow', { sentence: titleOf(alert) })}
            checked={selected}
            onChange={(event) => act.select([row], event.target.checked)}
          />
        </span>
        {BOARD_COLUMNS.map(({ id, align, cell: Cell }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <span
            key={id}
            role="cell"
            data-column={id}
            className={align === 'end' ? 'table-cell table-cell-end' : 'table-cell'}
          >
            {id === 'what' ? (
              <button ref={button} type="button" className="board-what" onClick={() => act.open(row)}>
                <Cell row={row} silences={silences} />
              </button>
            ) : (
              <Cell row={row} silences={silences} />
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
