import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ThresholdSearch as Report, Thresholds } from '../../../shared/contract/detectors.ts';
import type { RegieError } from '../../../shared/contract/errors.ts';
import { ALARM_LIMITS } from '../../../shared/domain/alarm-quality.ts';
import { call } from '../../bridge.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence, formatNumber, formatTime } from '../../i18n.ts';
import { thresholdName } from '../../sentence.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';

const cancel = () => void call('backtest.cancel', {});

type State = { readonly name: string; readonly report: Report | null; readonly error: RegieError | null } | null;

/** Looks for a value of one threshold: what each of some would have found, and what of it people confirmed. */
export const ThresholdSearch = (props: { algorithm: string; thresholds: Thresholds | null; hours: number }) => {
  const { t } = useTranslation();
  const { algorithm, thresholds, hours } = props;
  const [state, setState] = useState<State>(null);
  const running = useRef(false);
  const progress = useSystem((system) => system.backtest);
  useEffect(
    () => () => {
      if (running.current) cancel();
    },
    [],
  );
  const search = async (name: string) => {
    if (thresholds === null) return;
    useSystem.setState({ backtest: null });
    setState({ name, report: null, error: null });
    running.current = true;
    const answer = await callSigned('backtest.search', { algorithm, thresholds, name, hours });
    running.current = false;
    if (answer.ok) setState({ name, report: answer.value, error: null });
    else setState(answer.error.code === 'backtest_cancelled' ? null : { name, report: null, error: answer.error });
  };
  const isRunning = state !== null && state.report === null && state.error === null;
  return (
    <>
      <div className="row settings-row">
        {Object.keys(thresholds ?? {}).map((name) => (
          <Button key={name} disabled={isRunning} onClick={() => void search(name)}>
            {t('thresholds.search', { name: thresholdName(name) })}
          </Button>
        ))}
        {isRunning && <Button onClick={cancel}>{t('common.cancel')}</Button>}
      </div>
      {isRunning && (
        <Progress
          done={progress?.done ?? 0}
          total={progress?.total ?? 1}
          label={progress === null ? t('thresholds.backtesting') : t('thresholds.progress', { ...progress })}
        />
      )}
      {state?.error && <p role="alert">{errorSentence(state.error)}</p>}
      {state?.report && <Values report={state.report} />}
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
