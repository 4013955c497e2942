import { useTranslation } from 'react-i18next';
import { CHANNELS, type EscalationStep } from '../../../shared/domain/escalation.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import type { PartProps } from './part-props.ts';

const ALARMING = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

/** The steps of each severity, in the order in which they come. */
export const Policy = ({ settings, onChange }: PartProps) => {
  const { t } = useTranslation();
  const { ladder, contacts } = settings;
  const set = (severity: (typeof ALARMING)[number], steps: EscalationStep[]) =>
    onChange({ ladder: { ...ladder, [severity]: steps } });
  const [first] = contacts;
  return (
    <fieldset className="stack">
      <legend>{t('escalation.policy')}</legend>
      {ALARMING.map((severity) => {
        const steps = ladder[severity];
        const change = (at: number, some: Partial<EscalationStep>) =>
          set(
            severity,
            steps.map((step, index) => (index === at ? { ...step, ...some } : step)),
          );
        return (
          <div key={severity} className="stack">
            <h3>{t(`board.${severity}`)}</h3>
            {steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the ladder
              <div key={index} className="escalation-line escalation-step">
                <NumberField
                  label={t('escalation.after')}
                  least={0}
                  value={Number.isNaN(step.afterSeconds) ? null : step.afterSeconds / 60}
                  // Nobody is called at once because a field was emptied: it isn't saved.
                  onChange={(minutes) => change(index, { afterSeconds: Math.round((minutes ?? Number.NaN) * 60) })}
                />
                <Choice
                  label={t('escalation.who')}
                  value={step.contact}
                  options={contacts.map(({ id, name }) => ({ value: id, label: name || id }))}
                  onChange={(contact) => change(index, { contact })}
                />
                <div className="row escalation-channels">
                  {CHANNELS.map((channel) => (
                    <label key={channel}>
                      <input
                        type="checkbox"
                        checked={step.channels.includes(channel)}
                        onChange={(event) =>
                          change(index, {
                            channels: CHANNELS.filter((one) =>
                              one === channel ? event.target.checked : step.channels.includes(one),
                            ),
                          })
                        }
                      />
                      {t(`escalation.channel_${channel}`)}
                    </label>
                  ))}
                </div>
                <Button
                  onClick={() =>
                    set(
                      severity,
                      steps.filter((_, at) => at !== index),
                    )
                  }
                >
                  {t('escalation.remove')}
                </Button>
              </div>
            ))}
            {first !== undefined && (
              <div>
                <Button
                  onClick={() => set(severity, [...steps, { afterSeconds: 300, contact: first.id, channels: ['sms'] }])}
                >
                  {t('escalation.addStep')}
                </Button>
              </div>
            )}
          </div>
        );
      })}
    </fieldset>
  );
};
