import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DRILLS } from '../../../shared/domain/drills.ts';
import { FAULT_KINDS, type FaultKind } from '../../../shared/domain/fault.ts';
import { runbookFor } from '../../../shared/runbooks/index.ts';
import { callSigned } from '../../commands.ts';
import { useDrills } from '../../features/drills/use-drills.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence } from '../../i18n.ts';
import { refetchCall } from '../../query.ts';
import { goTo } from '../../routes.ts';
import { showToast } from '../../stores/ui.ts';
import { Choice } from '../../ui/field.tsx';

/** Chooses what shall happen, and lets it happen. */
export const StartDrill = () => {
  const { t } = useTranslation();
  const running = useDrills().running !== null;
  const [kind, setKind] = useState<FaultKind | 'surprise'>('deduction_on_failure');
  const [quiet, setQuiet] = useState(false);
  const [sending, setSending] = useState(false);
  const begin = async () => {
    setSending(true);
    const answer = await callSigned('drill.begin', { kind: kind === 'surprise' ? null : kind, quiet });
    setSending(false);
    if (!answer.ok) return showToast(errorSentence(answer.error), 'bad');
    await refetchCall('drills.get');
    // The alert comes to the board, as every other.
    goTo({ screen: 'board', incidentId: null });
  };
  return (
    <section className="panel stack" aria-labelledby="drill-begin">
      <h2 id="drill-begin">{t('drills.startTitle')}</h2>
      <Choice
        label={t('drills.fault')}
        value={kind}
        options={[
          { value: 'surprise', label: t('drills.surprise') },
          ...FAULT_KINDS.map((one) => ({ value: one, label: t(`training.fault_${one}`) })),
        ]}
        onChange={setKind}
      />
      <About kind={kind} />
      <label className="drill-quiet">
        <input type="checkbox" checked={quiet} onChange={(event) => setQuiet(event.target.checked)} />
        <span>
          {t('drills.quiet')}
          <br />
          <span className="quiet">{t('drills.quietText')}</span>
        </span>
      </label>
      <div>
        <CommandButton
          needs="drill.begin"
          tone="primary"
          large
          disabled={sending || running}
          onClick={() => void begin()}
        >
          {t('drills.start')}
        </CommandButton>
      </div>
    </section>
  );
};

const About = ({ kind }: { kind: FaultKind | 'surprise' }) => {
  const { t, i18n } = useTranslation();
  if (kind === 'surprise') return <p className="quiet">{t('drills.surpriseText')}</p>;
  const { algorithm, written } = DRILLS[kind];
  const title = runbookFor(algorithm)?.title;
  return (
    <p className="quiet">
      {title && t('drills.runbook', { name: i18n.language === 'fr' ? title.fr : title.en })}{' '}
      {written && t('drills.written')}
    </p>
  );
};
