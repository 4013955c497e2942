import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '../../../shared/contract/status.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { detectorName } from '../../sentence.ts';
import { Progress } from '../../ui/progress.tsx';
import { Time } from '../../ui/time.tsx';
import { pauseReading, resetBreaker, runCycle } from './actions.ts';
import { readingOf } from './engine-state.ts';

/** How the engine of this laptop is: last cycle, reading, detectors, breaker, and what one may do to it. */
export const EngineDetails = ({ engine }: { engine: EngineStatus }) => {
  const { t } = useTranslation();
  const reading = readingOf(engine);
  return (
    <>
      {reading !== null && <Reading reading={reading} />}
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
      <Detectors detectors={engine.detectors} />
      <div className="row">
        <CommandButton needs="engine.runCycle" onClick={() => void runCycle()}>
          {t('common.runCycle')}
        </CommandButton>
        <CommandButton
          needs="engine.resetBreaker"
          disabled={engine.breaker.state === 'closed'}
          onClick={() => void resetBreaker()}
        >
          {t('common.resetBreaker')}
        </CommandButton>
      </div>
    </>
  );
};

const Reading = ({ reading }: { reading: NonNullable<EngineStatus['catchUp']> }) => {
  const { t } = useTranslation();
  return (
    <div className="row">
      <Progress
        done={reading.done}
        total={reading.total}
        label={t('common.readingDone', { done: reading.done, total: reading.total })}
      />
      <PauseReading paused={reading.paused} />
    </div>
  );
};

/** Stops the reading of what happened before, and resumes it. Nothing is lost meanwhile. */
export const PauseReading = ({ paused }: { paused: boolean }) => {
  const { t } = useTranslation();
  return (
    <CommandButton needs="engine.pauseCatchUp" onClick={() => void pauseReading(!paused)}>
      {t(paused ? 'common.resumeReading' : 'common.pauseReading')}
    </CommandButton>
  );
};

const Detectors = ({ detectors }: { detectors: EngineStatus['detectors'] }) => {
  const { t } = useTranslation();
  return (
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
        {detectors.map((detector) => (
          <tr key={detector.algorithm} title={detector.lastError ?? undefined}>
            <td>{detectorName(detector.algorithm)}</td>
            <td className="number">{detector.runs}</td>
            <td className="number">{detector.errors}</td>
            <td>{detector.lastRunAt === null ? '–' : <Time at={detector.lastRunAt} seconds />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
