import { type RefObject, Suspense, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type HistoryFilter, type HistoryRow, MOST_COUNTED } from '../../../shared/contract/history.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { Drawer } from '../../features/alert/drawer.tsx';
import { unreadNames } from '../../features/filters/filters.tsx';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { later } from '../../later.ts';
import { useCall, useLive, usePages } from '../../query.ts';
import { goTo, goToInstead, hrefOf } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Table } from '../../ui/table.tsx';
import { filterOf, queryOf } from './filter.ts';
import { HISTORY_COLUMNS } from './history-cells.tsx';
import { HistoryFilters, labelsOf } from './history-filters.tsx';
import './history.css';

const AlertDetail = later(() => import('../../features/alert/alert-detail.tsx').then((module) => module.AlertDetail));

/** While older alerts are still being read, those that have come in are shown so often. */
const READING_MS = 2_000;

/** Every alert that ever was, the newest first. What is asked for stands in the address. */
export const HistoryScreen = ({ incidentId, query }: { incidentId: RowId | null; query: string }) => {
  const { t } = useTranslation();
  const { filter, unread } = useMemo(() => filterOf(query), [query]);
  const search = useRef<HTMLInputElement>(null);
  const { rows, error, more, offline, whole } = useHistory(filter);
  const show = (id: RowId | null): void => goTo({ screen: 'history', incidentId: id, query });
  const change = (some: Partial<HistoryFilter>): void => {
    const route = { screen: 'history', incidentId, query: queryOf({ ...filter, ...some }) } as const;
    // Letter by letter, a search would fill the way back.
    if (some.words === undefined) goTo(route);
    else goToInstead(route);
  };
  const at = rows?.findIndex((row) => row.incidentId === incidentId) ?? -1;
  const move = (step: number): void => {
    const next = rows?.[at === -1 ? 0 : Math.min(Math.max(0, at + step), rows.length - 1)];
    if (next !== undefined) show(next.incidentId);
  };
  useKeys({
    next: () => move(1),
    previous: () => move(-1),
    filter: () => search.current?.focus(),
    close: () => incidentId !== null && show(null),
  });
  return (
    <div className={incidentId === null ? 'history' : 'history history-with-drawer'}>
      <section className="history-main" aria-labelledby="history-title">
        <div className="row">
          <h1 id="history-title">{t('history.title')}</h1>
          <a href={hrefOf({ screen: 'corrections', query: '' })}>{t('register.title')}</a>
          {!offline && <Count filter={filter} />}
        </div>
        <HistoryFilters filter={filter} search={search as RefObject<HTMLInputElement>} onChange={change} />
        {unread.length > 0 && <p role="alert">{t('history.unread', { names: unreadNames(unread, labelsOf(t)) })}</p>}
        {offline !== null && <p role="status">{t('history.offline', { time: formatTime(offline) })}</p>}
        {!whole && <p role="status">{t('history.reading')}</p>}
        {error !== null && <p role="alert">{errorSentence(error)}</p>}
        <Rows rows={rows} filtered={query !== ''} opened={incidentId} onOpen={show} more={more} />
      </section>
      {incidentId !== null && (
        <Drawer label={t('alert.detail')}>
          <Suspense fallback={<p className="detail quiet">{t('common.loading')}</p>}>
            <AlertDetail incidentId={incidentId} repeats={[]} onClose={() => show(null)} />
          </Suspense>
        </Drawer>
      )}
    </div>
  );
};

/** From the festival, in pages; while it does not answer, what this laptop's copy has. */
const useHistory = (filter: HistoryFilter) => {
  const { pages, error, more } = usePages(
    'history.find',
    { filter },
    { every: (known) => (known.at(-1)?.whole === false ? READING_MS : 0) },
  );
  const offline = error?.code === 'offline';
  const { data: copy } = useCall('history.copy', { filter });
  const found = useMemo(() => pages?.flatMap((page) => page.rows), [pages]);
  return {
    // Until the festival has answered, what is here already.
    rows: offline ? copy?.rows : (found ?? copy?.rows),
    more: offline ? null : more,
    /** Since when the copy has what was closed; null: the festival answers. */
    offline: offline ? (copy?.since ?? null) : null,
    whole: pages?.at(-1)?.whole ?? true,
    error: offline ? null : error,
  };
};

const Count = ({ filter }: { filter: HistoryFilter }) => {
  const { t } = useTranslation();
  const { data } = useLive('history.count', { filter });
  if (data === undefined) return null;
  return (
    <span className="quiet" role="status">
      {data.count > MOST_COUNTED
        ? t('history.countMore', { most: MOST_COUNTED })
        : t('history.count', { count: data.count })}
    </span>
  );
};

const Rows = (props: {
  rows: readonly HistoryRow[] | undefined;
  filtered: boolean;
  opened: RowId | null;
  onOpen: (id: RowId) => void;
  more: (() => void) | null;
}) => {
  const { t } = useTranslation();
  const { rows, filtered, opened, onOpen, more } = props;
  if (rows === undefined) return <p className="quiet">{t('common.loading')}</p>;
  return (
    <>
      <Table
        label={t('history.list')}
        columns={HISTORY_COLUMNS.map((column) => ({
          ...column,
          header: t(`history.column_${column.id}`),
          cell: (row: HistoryRow) => <column.cell row={row} onOpen={onOpen} />,
        }))}
        rows={rows}
        rowId={({ eventId }) => eventId}
        activeId={rows.find(({ incidentId }) => incidentId === opened)?.eventId ?? null}
        onOpen={({ incidentId }) => onOpen(incidentId)}
        height="fill"
        empty={
          <EmptyState
            title={t(filtered ? 'history.nothingFits' : 'history.empty')}
            text={t(filtered ? 'history.nothingFitsText' : 'history.emptyText')}
          />
        }
      />
      {more !== null && (
        <div className="history-more">
          <Button onClick={more}>{t('history.showMore')}</Button>
        </div>
      )}
    </>
  );
};
