import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { FESTIVAL_STEPS, type FestivalProgress, type FestivalStepName } from './use-progress.ts';

type Name = 'where' | 'login' | FestivalStepName;

/** All steps with what is done: those of the festival can be gone to in any order once it is on screen. */
export const StepList = (props: {
  stage: 'where' | 'login' | 'festival';
  progress: FestivalProgress;
  current: Name;
  onBack: () => void;
  onChoose: (step: FestivalStepName) => void;
}) => {
  const { t } = useTranslation();
  const { stage, progress, current } = props;
  const connected = stage === 'festival';
  const steps: { name: Name; done: boolean; go: (() => void) | null }[] = [
    { name: 'where', done: stage !== 'where', go: props.onBack },
    { name: 'login', done: connected, go: null },
    ...FESTIVAL_STEPS.map((name) => ({
      name,
      done: connected && progress.done.has(name),
      go: connected && progress.done.has('supervisor') ? () => props.onChoose(name) : null,
    })),
  ];
  return (
    <ol className="connect-steps" aria-label={t('setup.steps')}>
      {steps.map(({ name, done, go }, index) => (
        <li key={name} className={done ? 'connect-done' : ''} aria-current={name === current ? 'step' : undefined}>
          <span className="connect-mark" aria-hidden="true">
            {done ? <Check size={14} /> : index + 1}
          </span>
          {go === null || name === current ? (
            <span>{t(`setup.step_${name}`)}</span>
          ) : (
            <button type="button" className="connect-go" onClick={go}>
              {t(`setup.step_${name}`)}
            </button>
          )}
          {done && <span className="visually-hidden">{t('setup.done')}</span>}
        </li>
      ))}
    </ol>
  );
};
