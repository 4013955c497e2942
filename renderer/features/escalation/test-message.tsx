import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CHANNELS, type Channel, type EscalationSettings } from '../../../shared/domain/escalation.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { Choice } from '../../ui/field.tsx';
import { CommandButton } from '../operators/command-button.tsx';

/** A message that says that it is a test, with the settings as they are saved. */
export const TestMessage = ({ settings }: { settings: EscalationSettings }) => {
  const { t } = useTranslation();
  const [contact, setContact] = useState(settings.contacts[0]?.id ?? '');
  const [channel, setChannel] = useState<Channel>('sms');
  const [result, setResult] = useState<string | null>(null);
  const send = async () => {
    setResult(t('escalation.testSending'));
    const answer = await callSigned('escalation.test', { contact, channel });
    setResult(answer.ok ? t('escalation.testSent') : errorSentence(answer.error));
  };
  return (
    <fieldset className="stack">
      <legend>{t('escalation.test')}</legend>
      <div className="escalation-line">
        <Choice
          label={t('escalation.who')}
          value={contact}
          options={settings.contacts.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setContact}
        />
        <Choice
          label={t('escalation.how')}
          value={channel}
          options={CHANNELS.map((value) => ({ value, label: t(`escalation.channel_${value}`) }))}
          onChange={setChannel}
        />
        <CommandButton needs="escalation.test" onClick={() => void send()}>
          {t('escalation.testSend')}
        </CommandButton>
      </div>
      <p role="status">{result ?? ''}</p>
    </fieldset>
  );
};
