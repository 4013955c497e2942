import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type EscalationSettings, escalationSettingsSchema } from '../../../shared/contract/escalation.ts';
import { give } from '../../commands.ts';
import { formatTime } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { useRefusal } from '../operators/use-may.ts';
import { ChannelSettings } from './channel-settings.tsx';
import { Contacts } from './contacts.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { Ladder } from './ladder.tsx';
import type { PartProps } from './part-props.ts';
import { TestMessage } from './test-message.tsx';
import { useEscalation } from './use-escalation.ts';
import './escalation.css';

/** Who is told when nobody acknowledges, and how (guide, "Escalation Matrix"). */
export const EscalationPanel = () => {
  const { t } = useTranslation();
  const { view, look } = useEscalation();
  const mayNot = useRefusal('escalation.set');
  const [draft, setDraft] = useState<EscalationSettings | null>(null);
  const [sending, setSending] = useState(false);
  useEffect(() => {
    void look();
  }, [look]);
  if (view === null) {
    return (
      <section className="panel stack" aria-labelledby="escalation">
        <h2 id="escalation">{t('escalation.title')}</h2>
        <p className="quiet">{t('escalation.none')}</p>
      </section>
    );
  }
  const settings = draft ?? view.settings;
  const checked = escalationSettingsSchema.safeParse(settings);
  const problem = checked.success ? null : checked.error.issues[0];
  const save = async () => {
    setSending(true);
    const outcome = await give('escalation.set', { base: view.version, settings });
    setSending(false);
    if (outcome === null) return;
    setDraft(null);
    await look();
  };
  const part: PartProps = { settings, onChange: (some) => setDraft({ ...settings, ...some }) };
  return (
    <section className="panel stack escalation" aria-labelledby="escalation">
      <h2 id="escalation">{t('escalation.title')}</h2>
      <p className="quiet">{t('escalation.text')}</p>
      <p>
        {view.version === 0
          ? t('escalation.unsaved')
          : t('escalation.savedBy', { name: view.changedBy ?? '–', version: view.version, time: formatTime(view.at) })}
      </p>
      {mayNot !== undefined && <p>{mayNot}</p>}
      <fieldset className="escalation-parts stack" disabled={mayNot !== undefined}>
        <Contacts {...part} />
        <Ladder {...part} />
        <ChannelSettings {...part} />
      </fieldset>
      {draft !== null && problem !== undefined && problem !== null && (
        <p className="field-error" role="alert">
          {t('escalation.problem', { where: problem.path.join(' › '), what: problem.message })}
        </p>
      )}
      <div className="row">
        <Button
          needs="escalation.set"
          tone="primary"
          disabled={sending || !checked.success || (draft === null && view.version > 0)}
          onClick={() => void save()}
        >
          {t('common.save')}
        </Button>
        {draft !== null && <Button onClick={() => setDraft(null)}>{t('common.cancel')}</Button>}
      </div>
      {view.version > 0 && draft === null && <TestMessage settings={view.settings} />}
      <DeliveryLog contacts={view.settings.contacts} />
    </section>
  );
};
