import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoney, formatShare, formatSpan, formatTimeLeft } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { useStale } from '../../ui/fresh.tsx';
import { Tile } from '../../ui/tile.tsx';
import { useNow } from '../../ui/time.tsx';
import { useWhenIdle } from '../../ui/when-idle.ts';
import { DueTiles } from './due-tiles.tsx';
import { type BoardRow, boardFigures } from './rows.ts';
import { Sparkline } from './sparkline.tsx';
import { successRate } from './traffic.ts';
import type { BoardView, Only } from './view.ts';

/** A count older than this is shown with its age, and in no colour. */
const TRAFFIC_DUE_MS = 40_000;

type Props = {
  /** Null: not all alerts are here yet, and nothing is counted. */
  rows: readonly BoardRow[] | null;
  view: BoardView;
  onChange: (some: Partial<BoardView>) => void;
  onOpen: (row: BoardRow) => void;
};

/** The state of the festival in one line; each figure narrows the list below to what it counts. */
export const BoardStrip = memo((props: Props) => {
  const { t } = useTranslation();
  const { view, onChange, onOpen } = props;
  // What somebody does to a row is drawn first, and its confirmations come in twos and threes: counted once.
  const rows = useWhenIdle(props.rows);
  const figures = useMemo(() => (rows === null ? null : boardFigures(rows)), [rows]);
  const filter = (one: Only) => ({
    pressed: view.only.includes(one),
    onPress: () =>
      onChange({
        only: view.only.includes(one) ? view.only.filter((other) => other !== one) : [...view.only, one],
        // What is open is counted: another tab would show something else.
        ...(view.tab === 'closed' ? { tab: 'open' as const } : {}),
      }),
  });
  if (figures === null) {
    return (
      <section className="board-strip" aria-label={t('board.strip')} aria-busy="true">
        {(['criticals', 'unowned', 'atRisk', 'success', 'next', 'unsent', 'followUps'] as const).map((one) => (
          <Tile key={one} label={t(`board.tile_${one}`)} value="…" />
        ))}
      </section>
    );
  }
  const { criticals, unanswered, unowned, atRiskCents, atRiskRows, unsent, next, open } = figures;
  return (
    <section className="board-strip" aria-label={t('board.strip')}>
      <Tile
        label={t('board.tile_criticals')}
        value={criticals}
        more={t('board.ofOpen', { open })}
        tone={criticals > 0 ? 'red' : 'plain'}
        pulse={unanswered}
        {...filter('critical')}
      />
      <Tile
        label={t('board.tile_unowned')}
        value={unowned}
        tone={unowned > 0 ? 'amber' : 'plain'}
        {...filter('unowned')}
      />
      <Tile
        label={t('board.tile_atRisk')}
        value={formatMoney(atRiskCents)}
        more={atRiskRows === 0 ? undefined : t('board.tile_atRiskMore', { count: atRiskRows })}
        {...filter('money')}
      />
      <SuccessTile {...filter('failures')} />
      <NextTile row={next} onOpen={onOpen} />
      <Tile label={t('board.tile_unsent')} value={unsent} tone={unsent > 0 ? 'red' : 'plain'} {...filter('unsent')} />
      <DueTiles />
    </section>
  );
});

const SuccessTile = (filter: { pressed: boolean; onPress: () => void }) => {
  const { t } = useTranslation();
  const traffic = useCall('traffic.get', {}).data ?? null;
  const stale = useStale(traffic?.at ?? null, TRAFFIC_DUE_MS);
  const rate = traffic === null ? null : successRate(traffic);
  const share = rate?.share ?? null;
  const tone = stale !== null || share === null ? 'plain' : share < 0.95 ? 'red' : share < 0.98 ? 'amber' : 'plain';
  return (
    <Tile
      // Beside an old share its age is what matters, at every width.
      label={
        stale !== null && Number.isFinite(stale)
          ? t('board.tile_successAge', { age: formatSpan(stale) })
          : t('board.tile_success')
      }
      value={share === null ? '–' : formatShare(share)}
      more={rate !== null && <Sparkline points={rate.points} />}
      tone={tone}
      {...filter}
    />
  );
};

const NextTile = ({ row, onOpen }: { row: BoardRow | null; onOpen: (row: BoardRow) => void }) => {
  const { t } = useTranslation();
  const now = useNow();
  if (row === null || row.deadline === null) {
    return <Tile label={t('board.tile_next')} value="–" more={t('board.tile_nextNone')} />;
  }
  const left = Date.parse(row.deadline.at) - now;
  return (
    <Tile
      label={t('board.tile_next')}
      // Beside a row's own, and where the word below has no room: 17:57 is no time of day, and nothing that is left.
      value={formatTimeLeft(left)}
      more={left < 0 ? t('board.tile_nextOverdue') : undefined}
      tone={left < 0 ? 'red' : left < 60_000 ? 'amber' : 'plain'}
      onPress={() => onOpen(row)}
    />
  );
};
