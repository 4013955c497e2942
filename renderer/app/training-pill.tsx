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
import { Choice } from '../ui/field.tsx';
import { Pill } from '../ui/pill.tsx';
import { Popover } from '../ui/popover.tsx';

const SPEEDS = [1, 10, 60, 600];

/** Only in training: says so, and opens the festival's pace and a fault on demand. */
export const TrainingPill = () => {
  const { t } = useTranslation();
  const training = useSystem((state) => state.training);
  if (training === null) return null;
  return (
    <Popover title={t('training.controls')} width={420} trigger={<Pill tone="training">{t('common.training')}</Pill>}>
      <p className="quiet">{t(training.madeAnew ? 'training.bannerMadeAnew' : 'training.banner')}</p>
      <Controls training={training} />
    </Popover>
  );
};

const Controls = ({ training }: { training: TrainingStatus }) => {
  const { t } = useTranslation();
  const [kind, setKind] = useState<(typeof FAULT_KINDS)[number]>('deduction_on_failure');
  const running = training.state === 'running';
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
  const speeds = SPEEDS.includes(training.speed) ? SPEEDS : [...SPEEDS, training.speed];
  return (
    <>
      <p>{t('training.counts', { count: training.transactions, faults: training.faults })}</p>
      <div className="training-pace">
        <Choice
          label={t('training.speed')}
          value={String(training.speed)}
          options={speeds.map((speed) => ({ value: String(speed), label: `${Math.round(speed)}×` }))}
          onChange={(chosen) => {
            const speed = Number(chosen);
            void change({ speed }, () => call('training.setSpeed', { speed }));
          }}
        />
        <Button
          onClick={() =>
            void change({ state: running ? 'paused' : 'running' }, () => call('training.run', { running: !running }))
          }
        >
          {t(running ? 'training.pause' : 'training.start')}
        </Button>
      </div>
      <label className="check">
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
      <div className="training-pace">
        <Choice
          label={t('training.fault')}
          value={kind}
          options={FAULT_KINDS.map((one) => ({ value: one, label: t(`training.fault_${one}`) }))}
          onChange={setKind}
        />
        <Button tone="primary" onClick={() => void inject()}>
          {t('training.inject')}
        </Button>
      </div>
      <p>
        <a href={hrefOf({ screen: 'drills', drillId: null })}>{t('drills.link')}</a>
        {' · '}
        <a href={hrefOf({ screen: 'connect' })}>{t('setup.open')}</a>
      </p>
    </>
  );
};
