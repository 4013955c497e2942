import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SEVERITIES } from '../../shared/domain/severity.ts';
import { AlertDetail } from '../alert/alert-detail.tsx';
import { Button } from '../components/button.tsx';
import { goTo } from '../routes.ts';
import { sentenceOf } from '../sentence.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useSystem } from '../stores/system.ts';
import { BoardRow } from './board-row.tsx';
import { useBoardKeys } from './keys.ts';
import { type BoardFilter, byUrgency, fits, heldOrder, NO_FILTER } from './order.ts';
import './board-screen.css';

const ROW_HEIGHT = 76;
/** The keyboard holds the list as well, for so long after its last move. */
const KEYBOARD_HOLD_MS = 3_000;

export const BoardScreen = ({ incidentId }: { incidentId: number | null }) => {
  const { t, i18n } = useTranslation();
  const byId = useAlerts((state) => state.byId);
  const operator = useSystem((state) => state.session?.operator ?? null);
  const [filter, setFilter] = useState<BoardFilter>(NO_FILTER);
  const [pointerInside, setPointerInside] = useState(false);
  const [keyboardAt, setKeyboardAt] = useState(0);
  const scroll = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const shown = useRef<readonly number[]>([]);

  const alerts = useMemo(() => [...(byId?.values() ?? [])], [byId]);
  const wanted = useMemo(
    () =>
      alerts
        // The sentence is part of what is searched, so the language counts.
        .filter((alert) => fits(alert, filter, operator, `${i18n.language} ${sentenceOf(alert.lead)}`))
        .sort(byUrgency)
        .map((alert) => alert.incidentId),
    [alerts, filter, operator, i18n.language],
  );
  const held = pointerInside || Date.now() - keyboardAt < KEYBOARD_HOLD_MS;
  const { ids, hidden } = heldOrder(wanted, shown.current, held);
  useEffect(() => {
    shown.current = ids;
  }, [ids]);
  useEffect(() => {
    if (keyboardAt === 0) return;
    const timer = setTimeout(() => setKeyboardAt(0), KEYBOARD_HOLD_MS);
    return () => clearTimeout(timer);
  }, [keyboardAt]);

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
      setKeyboardAt(Date.now());
      virtual.scrollToIndex(index);
    },
  });

  const openCount = alerts.filter((alert) => alert.open).length;
  const change = (some: Partial<BoardFilter>) => {
    shown.current = [];
    setFilter({ ...filter, ...some });
  };

  return (
    <div className={incidentId === null ? 'board' : 'board board-with-detail'}>
      <section className="board-main" aria-labelledby="board-title">
        <header className="board-head">
          <h1 id="board-title">{t('board.title')}</h1>
          <p className="quiet">{byId === null ? t('common.loading') : t('board.open', { count: openCount })}</p>
          <fieldset className="board-filters">
            <legend className="visually-hidden">{t('board.filters')}</legend>
            <input
              ref={search}
              className="bare-input board-search"
              type="search"
              aria-label={t('board.search')}
              placeholder={t('board.search')}
              value={filter.text}
              onChange={(event) => change({ text: event.target.value })}
            />
            <select
              className="bare-input board-severity"
              aria-label={t('board.filters')}
              value={filter.severity}
              onChange={(event) =>
                change({ severity: SEVERITIES.find((severity) => severity === event.target.value) ?? 'all' })
              }
            >
              <option value="all">{t('board.all')}</option>
              {SEVERITIES.filter((severity) => severity !== 'INFO').map((severity) => (
                <option key={severity} value={severity}>
                  {t(`board.${severity}`)}
                </option>
              ))}
            </select>
            {(['mine', 'unacknowledged', 'closed'] as const).map((name) => (
              <Button
                key={name}
                tone={filter[name] ? 'primary' : 'plain'}
                aria-pressed={filter[name]}
                onClick={() => change({ [name]: !filter[name] })}
              >
                {t(`board.${name}`)}
              </Button>
            ))}
          </fieldset>
        </header>
        {hidden > 0 && (
          <Button
            tone="primary"
            className="board-held"
            onClick={() => {
              shown.current = [];
              setKeyboardAt(0);
              setPointerInside(false);
            }}
          >
            {t('board.newHeld', { count: hidden })}
          </Button>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer only holds the order still */}
        <div
          ref={scroll}
          className="board-scroll"
          onMouseEnter={() => setPointerInside(true)}
          onMouseLeave={() => setPointerInside(false)}
        >
          {byId !== null && ids.length === 0 && (
            <div className="board-empty">
              <p>{openCount === 0 ? t('board.empty') : t('board.emptyFilter')}</p>
              {openCount === 0 && <p className="quiet">{t('board.emptyText')}</p>}
            </div>
          )}
          <ul className="board-list" aria-label={t('board.list')} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const alert = byId?.get(ids[item.index] ?? 0);
              return (
                <li
                  key={item.key}
                  className="board-item"
                  aria-setsize={ids.length}
                  aria-posinset={item.index + 1}
                  style={{ transform: `translateY(${item.start}px)`, height: ROW_HEIGHT }}
                >
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
