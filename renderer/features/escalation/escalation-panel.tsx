import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type EscalationSettings, savedEscalationSettingsSchema } from '../../../shared/domain/escalation.ts';
import { problemOf } from '../../../shared/domain/input-problem.ts';
import { submit } from '../../commands.ts';
import { formatTime, i18n, problemText } from '../../i18n.ts';
import { refetchCall, useCall, useLive } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { useRefusal } from '../operators/use-may.ts';
import { ChannelSettings } from './channel-settings.tsx';
import { Contacts } from './contacts.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import type { PartProps } from './part-props.ts';
import { placeText } from './place.ts';
import { Policy } from './policy.tsx';
import { TestMessage } from './test-message.tsx';
import './escalation.css';

/** The guide's four contacts, before anybody has named them, as the language of the screen calls them. */
const inWords = (settings: EscalationSettings): EscalationSettings => ({
  ...settings,
  contacts: settings.contacts.map((contact) => ({
    ...contact,
    name: i18n.t(`escalation.contact_${contact.id}`, { defaultValue: contact.name }),
  })),
});

/** Who is notified of an unacknowledged alert, and how. */
export const EscalationPanel = () => {
  const { t } = useTranslation();
  const { data: copy } = useCall('escalation.get', {}, { fixed: true });
  const { data, refetch } = useLive('escalation.look', {}, { fixed: true });
  // Fixed: a draft belongs to the version that was shown when it was started.
  const view = data ?? copy ?? null;
  const mayNot = useRefusal('escalation.set');
  const [draft, setDraft] = useState<EscalationSettings | null>(null);
  const [sending, setSending] = useState(false);
  if (view === null) {
    return (
      <section className="panel stack" aria-labelledby="escalation">
        <h2 id="escalation">{t('escalation.title')}</h2>
        <p className="quiet">{t('escalation.none')}</p>
      </section>
    );
  }
  const settings = draft ?? (view.version === 0 ? inWords(view.settings) : view.settings);
  const checked = savedEscalationSettingsSchema.safeParse(settings);
  const found = checked.success ? [] : checked.error.issues.map(problemOf);
  const problem = found[0] ?? null;
  const save = async () => {
    setSending(true);
    const outcome = await submit('escalation.set', { base: view.version, settings });
    setSending(false);
    if (outcome === null) return;
    setDraft(null);
    await refetch();
    await refetchCall('escalation.get');
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
        <Contacts {...part} wrong={new Set(found.map(({ where }) => where))} />
        <Policy {...part} />
        <ChannelSettings {...part} />
      </fieldset>
      {draft !== null && problem !== null && (
        <p className="field-error" role="alert">
          {t('escalation.problem', { where: placeText(t, problem.where, settings), what: problemText(problem) })}
        </p>
      )}
      <div className="row">
        <CommandButton
          needs="escalation.set"
          tone="primary"
          disabled={sending || !checked.success || (draft === null && view.version > 0)}
          onClick={() => void save()}
        >
          {t('common.save')}
        </CommandButton>
        {draft !== null && <Button onClick={() => setDraft(null)}>{t('common.cancel')}</Button>}
      </div>
      {view.version > 0 && draft === null && <TestMessage settings={view.settings} />}
      <DeliveryLog contacts={view.settings.contacts} />
    </section>
  );
};
