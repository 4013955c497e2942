import { CircleCheck, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

/** Why there is no row: nothing is wrong, nothing matches, or monitoring does not run. */
export const BoardEmpty = ({ open, onReset }: { open: boolean; onReset: () => void }) => {
  const { t } = useTranslation();
  const stopped = useSystem((state) => (state.status?.stopped ?? null) !== null);
  if (open) {
    return (
      <EmptyState icon={SearchX} title={t('board.emptyFilter')}>
        <Button onClick={onReset}>{t('board.clearFilters')}</Button>
      </EmptyState>
    );
  }
  if (stopped) return <EmptyState title={t('board.emptyStopped')} />;
  return <EmptyState icon={CircleCheck} title={t('board.empty')} text={t('board.emptyText')} />;
};
