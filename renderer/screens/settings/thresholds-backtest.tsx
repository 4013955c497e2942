import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BacktestReport, Thresholds } from '../../../shared/contract/detectors.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { BacktestProgress } from './backtest-progress.tsx';
import { BacktestResult } from './backtest-result.tsx';
import { ThresholdSearch } from './threshold-search.tsx';
import { useBacktest } from './use-backtest.ts';

const HOURS = ['1', '6', '24', '72'] as const;

/** Judges the last hours again with these thresholds, before anybody relies on them. */
export const ThresholdsBacktest = (props: {
  algorithm: string;
  /** Null while they cannot be used. */
  thresholds: Thresholds | null;
  /** Whether what was found belongs to these. */
  tried: boolean;
  onTried: (thresholds: Thresholds) => void;
}) => {
  const { t } = useTranslation();
  const { algorithm, thresholds, tried, onTried } = props;
  const [hours, setHours] = useState<(typeof HOURS)[number]>('6');
  const { state, report, error, run, cancel } = useBacktest<BacktestReport>();
  const running = state === 'running';
  const begin = async () => {
    if (thresholds === null) return;
    const asked = { algorithm, thresholds, hours: Number(hours) };
    if (await run(() => callSigned('backtest.run', asked))) onTried(thresholds);
  };
  return (
    <section className="stack" aria-labelledby="threshold-try">
      <h3 id="threshold-try">{t('thresholds.backtestTitle')}</h3>
      <div className="row settings-row">
        <Choice
          label={t('thresholds.hours')}
          value={hours}
          options={HOURS.map((value) => ({ value, label: t(`thresholds.hours_${value}`) }))}
          onChange={setHours}
        />
        <Button disabled={running || thresholds === null} onClick={() => void begin()}>
          {t('thresholds.backtest')}
        </Button>
        {running && <Button onClick={cancel}>{t('common.cancel')}</Button>}
      </div>
      {running && <BacktestProgress />}
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      <ThresholdSearch algorithm={algorithm} thresholds={thresholds} hours={Number(hours)} />
      {report !== null && tried && <BacktestResult report={report} />}
    </section>
  );
};
