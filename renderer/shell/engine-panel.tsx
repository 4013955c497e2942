import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '../../shared/contract/status.ts';
import { call } from '../bridge.ts';
import { Button } from '../components/button.tsx';
import { Time } from '../components/time.tsx';
import { errorSentence, i18n } from '../i18n.ts';
import { showToast } from '../stores/ui.ts';

/** A detector's name in words. */
const detectorName = (algorithm: string): string =>
  i18n.exists(`detectors.${algorithm}.name`) ? i18n.t(`detectors.${algorithm}.name`) : algorithm;

/** How the engine is: last cycle, detectors, breaker, and the two things that one may do to it. */
export const EnginePanel = ({ engine, onClose }: { engine: EngineStatus; onClose: () => void }) => {
  const { t } = useTranslation();
  const runCycle = async () => {
    const answer = await call('engine.runCycle', {});
    if (answer.ok) showToast(t('common.cycleDone', { ms: answer.value.durationMs, count: answer.value.findings }));
    else showToast(errorSentence(answer.error), 'bad');
  };
  return (
    <section className="engine-panel panel stack" aria-label={t('common.engineTitle')}>
      <div className="row engine-head">
        <h2>{t('common.engineTitle')}</h2>
        <Button tone="quiet" aria-label={t('common.close')} onClick={onClose}>
          ✕
        </Button>
      </div>
      <dl className="facts">
        <dt>{t('common.lastCycle')}</dt>
        <dd>
          {engine.lastCycleAt === null ? t('common.none') : <Time at={engine.lastCycleAt} seconds />}{' '}
          {engine.lastCycleMs !== null && t('common.cycleTook', { ms: engine.lastCycleMs })}
        </dd>
        <dt>{t('common.cycles')}</dt>
        <dd>{engine.cycles}</dd>
        <dt>{t('common.skipped')}</dt>
        <dd>{engine.skippedCycles}</dd>
        <dt>{t('common.breaker')}</dt>
        <dd>{t(`common.breaker_${engine.breaker.state}`)}</dd>
      </dl>
      {engine.breaker.lastErrors.map((error) => (
        <p key={error.at + error.message} className="mono">
          <Time at={error.at} seconds /> {error.message}
        </p>
      ))}
      <table>
        <thead>
          <tr>
            <th>{t('common.detector')}</th>
            <th className="number">{t('common.runs')}</th>
            <th className="number">{t('common.errors')}</th>
            <th>{t('common.lastRun')}</th>
          </tr>
        </thead>
        <tbody>
          {engine.detectors.map((detector) => (
            <tr key={detector.algorithm} title={detector.lastError ?? undefined}>
              <td>{detectorName(detector.algorithm)}</td>
              <td className="number">{detector.runs}</td>
              <td className="number">{detector.errors}</td>
              <td>{detector.lastRunAt === null ? '–' : <Time at={detector.lastRunAt} seconds />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        <Button onClick={() => void runCycle()}>{t('common.runCycle')}</Button>
        <Button disabled={engine.breaker.state === 'closed'} onClick={() => void call('engine.resetBreaker', {})}>
          {t('common.resetBreaker')}
        </Button>
      </div>
    </section>
  );
};
