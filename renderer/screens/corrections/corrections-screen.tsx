import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisterFilter, RegisterRow } from '../../../shared/contract/register.ts';
import { Drawer } from '../../features/alert/drawer.tsx';
import { unreadNames } from '../../features/filters/filters.tsx';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { useCall, usePages } from '../../query.ts';
import { goTo, goToInstead, hrefOf } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Table } from '../../ui/table.tsx';
import { CORRECTION_COLUMNS } from './correction-cells.tsx';
import { CorrectionDetail } from './correction-detail.tsx';
import { CorrectionFilters, labelsOf } from './correction-filters.tsx';
import { CorrectionsExport } from './corrections-export.tsx';
import { filterOf, queryOf } from './filter.ts';
import { Reconciling } from './reconciling.tsx';
import { Sums } from './sums.tsx';
import './corrections.css';

/** The register of corrections, the newest first. What is asked for stands in the address. */
export const CorrectionsScreen = ({ query }: { query: string }) => {
  const { t } = useTranslation();
  const { filter, unread } = useMemo(() => filterOf(query), [query]);
  const { rows, error, more, copy } = useRegister(filter);
  const [opened, setOpened] = useState<RegisterRow | null>(null);
  const change = (some: Partial<RegisterFilter>): void => {
    const route = { screen: 'corrections', query: queryOf({ ...filter, ...some }) } as const;
    if (some.words === undefined) goTo(route);
    else goToInstead(route);
  };
  useKeys({ close: () => setOpened(null) });
  return (
    <div className={opened === null ? 'corrections' : 'corrections corrections-with-drawer'}>
      <section className="corrections-main stack" aria-labelledby="corrections-title">
        <div className="row">
          <h1 id="corrections-title">{t('register.title')}</h1>
          <a href={hrefOf({ screen: 'history', incidentId: null, query: '' })}>{t('history.title')}</a>
          <CorrectionsExport filter={filter} />
        </div>
        <Reconciling />
        <CorrectionFilters filter={filter} onChange={change} />
        {unread.length > 0 && <p role="alert">{t('register.unread', { names: unreadNames(unread, labelsOf(t)) })}</p>}
        {copy !== null && (
          <p role="status">
            {copy.since === null ? t('register.copiedWhole') : t('register.copied', { time: formatTime(copy.since) })}
          </p>
        )}
        {error !== null && (
          <p role="alert">{error.code === 'offline' ? t('register.offline') : errorSentence(error)}</p>
        )}
        {rows === undefined && error === null && <p className="quiet">{t('common.loading')}</p>}
        {rows !== undefined && (
          <>
            <Sums filter={filter} copied={copy?.sums ?? null} />
            <Table
              label={t('register.list')}
              columns={CORRECTION_COLUMNS.map(({ cell: Cell, ...column }) => ({
                ...column,
                header: t(`register.column_${column.id}`),
                cell: (row: RegisterRow) => <Cell row={row} onOpen={setOpened} />,
              }))}
              rows={rows}
              rowId={({ operationId }) => operationId}
              activeId={opened?.operationId ?? null}
              onOpen={setOpened}
              empty={
                <EmptyState
                  title={t(query === '' ? 'register.empty' : 'register.nothingFits')}
                  text={t(query === '' ? 'register.emptyText' : 'register.nothingFitsText')}
                />
              }
            />
            {more !== null && (
              <div>
                <Button onClick={more}>{t('register.showMore')}</Button>
              </div>
            )}
          </>
        )}
      </section>
      {opened !== null && (
        <Drawer label={t('register.detail')}>
          <CorrectionDetail key={opened.operationId} row={opened} onClose={() => setOpened(null)} />
        </Drawer>
      )}
    </div>
  );
};

/** From the festival, in pages; while it does not answer, what this laptop's copy has. */
const useRegister = (filter: RegisterFilter) => {
  const { pages, error, more } = usePages('register.find', { filter });
  const { data: kept } = useCall('register.copy', { filter });
  const found = useMemo(() => pages?.flatMap((page) => page.rows), [pages]);
  const copy = error?.code === 'offline' ? (kept ?? null) : null;
  return copy === null ? { rows: found, error, more, copy } : { rows: copy.rows, error: null, more: null, copy };
};
