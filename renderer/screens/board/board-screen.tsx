import { Suspense, useCallback, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { Drawer } from '../../features/alert/drawer.tsx';
import { ApprovalBanner } from '../../features/approvals/approval-banner.tsx';
import { later } from '../../later.ts';
import { goTo, goToInstead } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { useAfterFrame } from '../../ui/use-after-frame.ts';
import { BoardEmpty } from './board-empty.tsx';
import { BoardStrip } from './board-strip.tsx';
import { type BoardItem, BoardTable } from './board-table.tsx';
import { BoardToolbar } from './board-toolbar.tsx';
import { FloodBanner, useFlood } from './flood-banner.tsx';
import { useBoardKeys } from './keys.ts';
import type { BoardRow } from './rows.ts';
import { useBoard } from './use-board.ts';
import { useBoardPosition } from './use-position.ts';
import { useSearchField } from './use-search-field.ts';
import { type BoardView, GROUPINGS, readView, writeView } from './view.ts';
import './board-screen.css';

const BulkBar = later(() => import('./bulk-bar.tsx').then((module) => module.BulkBar));
const AlertDetail = later(() => import('../../features/alert/alert-detail.tsx').then((module) => module.AlertDetail));

export const BoardScreen = ({ incidentId, view: address = '' }: { incidentId: RowId | null; view?: string }) => {
  const { t } = useTranslation();
  const view = useMemo(() => readView(address), [address]);
  const flood = useFlood(view);
  const { complete, rows, rowOf, items, order } = useBoard(view, flood.grouped);
  const { reset } = order;
  const { cursor, byKey, toFocus, selected, moveTo, select, clear, remember } = useBoardPosition();
  const scroll = useRef<HTMLDivElement>(null);
  const search = useSearchField();
  const scrollTo = useRef<((index: number) => void) | null>(null);

  // An alert that only repeats a loss is opened in its own right; the row that it stands in is the current one.
  const openedRow = incidentId === null ? undefined : (rowOf(incidentId) ?? rows.find((row) => holds(row, incidentId)));
  const current = openedRow?.id ?? cursor;
  const selectedRows = [...selected].flatMap((id) => rowOf(id) ?? []);

  const show = useCallback((id: RowId | null) => goTo({ screen: 'board', incidentId: id, view: address }), [address]);
  const change = useCallback(
    (some: Partial<BoardView>, go = goTo): void => {
      reset();
      const route = { screen: 'board', incidentId, view: writeView({ ...view, ...some }) } as const;
      // Letter by letter, a search would fill the way back.
      if (some.text === undefined) go(route);
      else goToInstead(route);
    },
    [incidentId, view, reset],
  );
  const act = useMemo(
    () => ({
      open: (row: BoardRow) => {
        moveTo(row.id, 'click');
        show(row.alert.incidentId);
      },
      select,
    }),
    [show, moveTo, select],
  );

  const move = (step: number): void => {
    const at = current === null ? -1 : items.indexOf(current);
    const next = nextRow(items, rowOf, at, step);
    if (next === null) return;
    order.hold();
    moveTo(next.row.id, 'key');
    scrollTo.current?.(next.index);
    if (incidentId !== null) show(next.row.alert.incidentId);
  };
  const row = current === null ? undefined : rowOf(current);
  useBoardKeys({
    ...{ row, selected: selectedRows, search: search.enter, move, clear },
    open: () => row && act.open(row),
    select: () => row && act.select([row], !selected.has(row.id)),
    // A key that leads through all groupings would fill the way back as well.
    group: () =>
      change({ group: GROUPINGS[(GROUPINGS.indexOf(view.group) + 1) % GROUPINGS.length] ?? 'none' }, goToInstead),
    rememberGroup: () => {
      const reorder = order.remember();
      return () => {
        reorder();
        goToInstead({ screen: 'board', incidentId, view: address });
      };
    },
    close: () => (incidentId === null ? clear() : show(null)),
    // The way back has a step for each alert that is opened.
    remember: incidentId === null ? remember : undefined,
  });

  // The alert lies over the list for a frame: to lay out twenty rows anew beside it takes as long as a key may.
  const beside = useAfterFrame(incidentId !== null);
  const byCause = flood.grouped !== null;
  const toolbar = (
    <BoardToolbar
      {...{ view, byCause }}
      search={search.field}
      onLeave={search.leave}
      rows={complete ? rows : null}
      onChange={change}
    />
  );
  return (
    <div className={incidentId !== null && beside ? 'board board-with-drawer' : 'board'}>
      <section className="board-main" aria-labelledby="board-title">
        <h1 id="board-title" className="visually-hidden">
          {t('board.title')}
        </h1>
        <BoardStrip rows={complete ? rows : null} view={view} onChange={change} onOpen={act.open} />
        <ApprovalBanner />
        <FloodBanner {...flood} onChange={change} />
        <Suspense fallback={toolbar}>
          {selectedRows.length > 0 && !search.searching ? <BulkBar rows={selectedRows} onClear={clear} /> : toolbar}
        </Suspense>
        <div className="board-list">
          {order.hidden > 0 && (
            <Button tone="primary" className="board-held" onClick={order.release}>
              {t('board.newHeld', { count: order.hidden })}
            </Button>
          )}
          <BoardTable
            {...{
              items,
              rowOf,
              cursor: current,
              byKey,
              toFocus,
              opened: openedRow?.id ?? null,
              selected,
              act,
              scroll,
              scrollTo,
            }}
            sort={view.sort}
            onSort={(sort) => change({ sort })}
            onHold={order.hold}
            onRelease={order.letGo}
            empty={
              complete ? (
                <BoardEmpty open={rows.some(({ is }) => is.open)} onReset={() => change({ only: [], text: '' })} />
              ) : null
            }
          />
        </div>
      </section>
      {incidentId !== null && (
        <Drawer label={t('alert.detail')}>
          <Suspense fallback={<p className="detail quiet">{t('common.loading')}</p>}>
            <AlertDetail
              incidentId={incidentId}
              repeats={openedRow?.alert.incidentId === incidentId ? openedRow.repeats : []}
              onClose={() => show(null)}
            />
          </Suspense>
        </Drawer>
      )}
    </div>
  );
};

/** The row after one, or before it, or the first one where there is none; beyond the end, the one that the list ends with. */
const nextRow = (
  items: readonly BoardItem[],
  rowOf: (id: RowId) => BoardRow | undefined,
  at: number,
  step: number,
): { index: number; row: BoardRow } | null => {
  const rowAt = (index: number) => {
    const item = items[index];
    const row = typeof item === 'string' ? rowOf(item) : undefined;
    return row === undefined ? null : { index, row };
  };
  if (at === -1) return rowAt(items.findIndex((_, index) => rowAt(index) !== null));
  for (let index = at + step; index >= 0 && index < items.length; index += step) {
    const next = rowAt(index);
    if (next !== null) return next;
  }
  return rowAt(at);
};

const holds = ({ alert, repeats }: BoardRow, id: RowId): boolean =>
  [alert, ...repeats].some(({ incidentId }) => incidentId === id);
