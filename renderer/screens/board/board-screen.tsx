import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { AlertDetail } from '../../features/alert/alert-detail.tsx';
import { byUrgency } from '../../features/alert/by-urgency.ts';
import { ApprovalBanner } from '../../features/approvals/approval-banner.tsx';
import { goTo } from '../../routes.ts';
import { titleOf } from '../../sentence.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { BoardEmpty } from './board-empty.tsx';
import { BoardFilters } from './board-filters.tsx';
import { BoardRow } from './board-row.tsx';
import { useBoardKeys } from './keys.ts';
import { type BoardFilter, fits, NO_FILTER } from './order.ts';
import { useDisplayed } from './use-displayed.ts';
import { useHeldOrder } from './use-held-order.ts';
import './board-screen.css';

const ROW_HEIGHT = 76;

export const BoardScreen = ({ incidentId }: { incidentId: RowId | null }) => {
  const { t } = useTranslation();
  const byId = useAlerts((state) => state.byId);
  const [filter, setFilter] = useState<BoardFilter>(NO_FILTER);
  const scroll = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const alerts = useMemo(() => [...(byId?.values() ?? [])], [byId]);
  const wanted = useWanted(alerts, filter);
  const { ids, hidden, hold, release, reset } = useHeldOrder(wanted);

  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  useBoardKeys({
    ids,
    selected: incidentId,
    search,
    onMove: (index) => {
      hold();
      virtual.scrollToIndex(index);
    },
  });

  // Only what can be seen: rows are drawn beyond the edges, so that scrolling never shows a gap.
  const items = virtual.getVirtualItems();
  const seen = virtual.range === null ? [] : ids.slice(virtual.range.startIndex, virtual.range.endIndex + 1);
  useDisplayed(seen.flatMap((id) => byId?.get(id) ?? []));

  const openCount = alerts.filter((alert) => alert.open).length;
  const change = (some: Partial<BoardFilter>) => {
    reset();
    setFilter({ ...filter, ...some });
  };

  return (
    <div className={incidentId === null ? 'board' : 'board board-with-detail'}>
      <section className="board-main" aria-labelledby="board-title">
        <header className="board-head">
          <h1 id="board-title">{t('board.title')}</h1>
          <p className="quiet">{byId === null ? t('common.loading') : t('board.open', { count: openCount })}</p>
          <BoardFilters filter={filter} search={search} onChange={change} />
        </header>
        <ApprovalBanner />
        {hidden > 0 && (
          <Button
            tone="primary"
            className="board-held"
            onClick={() => {
              reset();
              release();
            }}
          >
            {t('board.newHeld', { count: hidden })}
          </Button>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer only holds the order still */}
        <div ref={scroll} className="board-scroll" onMouseMove={hold} onMouseLeave={release}>
          {byId !== null && ids.length === 0 && <BoardEmpty openCount={openCount} />}
          <ul className="board-list" aria-label={t('board.list')} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const id = ids[item.index];
              const alert = id === undefined ? undefined : byId?.get(id);
              return (
                <li
                  key={item.key}
                  className="board-item"
                  aria-setsize={ids.length}
                  aria-posinset={item.index + 1}
                  style={{ transform: `translateY(${item.start}px)`, height: ROW_HEIGHT }}
                >
                  {alert === undefined && <p className="board-gone quiet">{t('board.gone')}</p>}
                  {alert && (
                    <BoardRow
                      alert={alert}
                      selected={alert.incidentId === incidentId}
                      onOpen={() => goTo({ screen: 'board', incidentId: alert.incidentId })}
                    />
                  )}
                </li>
              );
            })}
          </ul>
        </div>
      </section>
      {incidentId !== null && (
        <aside className="board-detail" aria-label={t('alert.detail')}>
          <AlertDetail
            key={incidentId}
            incidentId={incidentId}
            onClose={() => goTo({ screen: 'board', incidentId: null })}
          />
        </aside>
      )}
    </div>
  );
};

/** The incidents that fit the filter, the most urgent first. */
const useWanted = (alerts: readonly Alert[], filter: BoardFilter): readonly RowId[] => {
  const { i18n } = useTranslation();
  const operator = useSystem((state) => state.session?.operator ?? null);
  return useMemo(
    () =>
      alerts
        // The sentence is part of what is searched, so the language counts.
        .filter((alert) => fits(alert, filter, operator, `${i18n.language} ${titleOf(alert)}`))
        .sort(byUrgency)
        .map((alert) => alert.incidentId),
    [alerts, filter, operator, i18n.language],
  );
};
