import { useTranslation } from 'react-i18next';
import type { ThresholdSearch as Report, Thresholds } from '../../../shared/contract/detectors.ts';
import { ALARM_LIMITS } from '../../../shared/domain/alarm-quality.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence, formatNumber, formatTime } from '../../i18n.ts';
import { thresholdName } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { BacktestProgress } from './backtest-progress.tsx';
import { useBacktest } from './use-backtest.ts';

/** Looks for a value of one threshold: what each of some would have found, and what of it people confirmed. */
export const ThresholdSearch = (props: { algorithm: string; thresholds: Thresholds | null; hours: number }) => {
  const { t } = useTranslation();
  const { algorithm, thresholds, hours } = props;
  const { state, report, error, run, cancel } = useBacktest<Report>();
  const running = state === 'running';
  const search = async (name: string) => {
    if (thresholds !== null) await run(() => callSigned('backtest.search', { algorithm, thresholds, name, hours }));
  };
  return (
    <>
      <div className="row settings-row">
        {Object.keys(thresholds ?? {}).map((name) => (
          <Button key={name} disabled={running} onClick={() => void search(name)}>
            {t('thresholds.search', { name: thresholdName(name) })}
          </Button>
        ))}
        {running && <Button onClick={cancel}>{t('common.cancel')}</Button>}
      </div>
      {running && <BacktestProgress />}
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      {report !== null && <Values report={report} />}
    </>
  );
};

const Values = ({ report }: { report: Report }) => {
  const { t } = useTranslation();
  const { name, from, to, complete, rows } = report;
  return (
    <div className="stack" role="status">
      <p className="quiet">
        {t(complete ? 'thresholds.searched' : 'thresholds.searchedPart', {
          from: formatTime(from),
          to: formatTime(to),
        })}
      </p>
      <table>
        <thead>
          <tr>
            <th className="number">{thresholdName(name)}</th>
            <th className="number">{t('thresholds.found')}</th>
            <th className="number">{t('thresholds.confirmed')}</th>
            <th className="number">{t('thresholds.falsePositives')}</th>
            <th className="number">{t('thresholds.perOperator')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.value}>
              <th scope="row" className="number">
                {formatNumber(row.value)}
              </th>
              <td className="number">{formatNumber(row.found)}</td>
              <td className="number">{formatNumber(row.confirmed)}</td>
              <td className="number">{formatNumber(row.falsePositive)}</td>
              <td className="number">
                <span className={row.perOperator <= ALARM_LIMITS.tenMinutes.good ? '' : 'clock-late'}>
                  {formatNumber(row.perOperator)}
                </span>
              </td>
              <td>
                {[row.present && t('thresholds.isPresent'), row.standard && t('thresholds.isStandard')]
                  .filter((one) => one !== false)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
