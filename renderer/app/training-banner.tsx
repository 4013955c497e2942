import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../shared/contract/errors.ts';
import type { TrainingStatus } from '../../shared/contract/training.ts';
import { FAULT_KINDS } from '../../shared/domain/fault.ts';
import { call } from '../bridge.ts';
import { errorSentence } from '../i18n.ts';
import { hrefOf } from '../routes.ts';
import { useSystem } from '../stores/system.ts';
import { showToast } from '../stores/ui.ts';
import { Button } from '../ui/button.tsx';

const SPEEDS = [1, 10, 60, 600];

/** Only in training: the festival's pace, and a fault on demand. */
export const TrainingBanner = () => {
  const { t } = useTranslation();
  const training = useSystem((state) => state.training);
  const [kind, setKind] = useState<(typeof FAULT_KINDS)[number]>('deduction_on_failure');
  if (training === null) return null;
  const running = training.state === 'running';
  const banner = t(training.madeAnew ? 'training.bannerMadeAnew' : 'training.banner');
  // The control moves under the finger; the core's answer then says what is so.
  const change = async (shown: Partial<TrainingStatus>, ask: () => Promise<Answer<TrainingStatus>>) => {
    useSystem.setState({ training: { ...training, ...shown } });
    const answer = await ask();
    if (answer.ok) useSystem.setState({ training: answer.value });
    else showToast(errorSentence(answer.error), 'bad');
  };
  const inject = async () => {
    showToast(t('training.injecting'));
    const answer = await call('training.inject', { kind });
    if (!answer.ok) showToast(errorSentence(answer.error), 'bad');
  };
  return (
    <section className="training" aria-label={t('training.controls')}>
      <p className="training-text" title={banner}>
        {banner}
      </p>
      <Button
        onClick={() =>
          void change({ state: running ? 'paused' : 'running' }, () => call('training.run', { running: !running }))
        }
      >
        {t(running ? 'training.pause' : 'training.start')}
      </Button>
      <label className="training-label">
        {t('training.speed')}
        <select
          className="bare-input"
          value={SPEEDS.includes(training.speed) ? training.speed : 'other'}
          onChange={(event) => {
            const speed = Number(event.target.value);
            void change({ speed }, () => call('training.setSpeed', { speed }));
          }}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
          {!SPEEDS.includes(training.speed) && <option value="other">{Math.round(training.speed)}×</option>}
        </select>
      </label>
      <label className="training-label">
        <input
          type="checkbox"
          checked={training.autoFaults}
          onChange={(event) => {
            const on = event.target.checked;
            void change({ autoFaults: on }, () => call('training.setAutoFaults', { on }));
          }}
        />
        {t('training.autoFaults')}
      </label>
      <select
        className="bare-input training-kind"
        aria-label={t('training.inject')}
        value={kind}
        onChange={(event) => setKind(FAULT_KINDS.find((one) => one === event.target.value) ?? kind)}
      >
        {FAULT_KINDS.map((one) => (
          <option key={one} value={one}>
            {t(`training.fault_${one}`)}
          </option>
        ))}
      </select>
      <Button onClick={() => void inject()}>{t('training.inject')}</Button>
      <a href={hrefOf({ screen: 'drills', drillId: null })}>{t('drills.link')}</a>
      <span className="training-counts">
        {t('training.counts', { count: training.transactions, faults: training.faults })}
      </span>
    </section>
  );
};
