import { useTranslation } from 'react-i18next';
import { useSystem } from '../../stores/system.ts';

/** Why there is no row: nothing is wrong, nothing matches, or monitoring does not run. */
export const BoardEmpty = ({ openCount }: { openCount: number }) => {
  const { t } = useTranslation();
  const stopped = useSystem((state) => (state.status?.stopped ?? null) !== null);
  const words = openCount > 0 ? 'board.emptyFilter' : stopped ? 'board.emptyStopped' : 'board.empty';
  return (
    <div className="board-empty">
      <p>{t(words)}</p>
      {words === 'board.empty' && <p className="quiet">{t('board.emptyText')}</p>}
    </div>
  );
};
