import { useTranslation } from 'react-i18next';
import { useSystem } from '../../stores/system.ts';
import { Progress } from '../../ui/progress.tsx';

/** How far the backtest has come that runs. */
export const BacktestProgress = () => {
  const { t } = useTranslation();
  const progress = useSystem((system) => system.backtest);
  return (
    <Progress
      done={progress?.done ?? 0}
      total={progress?.total ?? 1}
      label={progress === null ? t('thresholds.backtesting') : t('thresholds.progress', { ...progress })}
    />
  );
};
