import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callSigned } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { useRefusal } from '../../features/operators/use-may.ts';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { Field } from '../../ui/field.tsx';

/** Where this laptop's heartbeat goes. The address is a secret: it can be replaced here, and not read. */
export const HeartbeatPanel = () => {
  const { t } = useTranslation();
  const { data: outside, refetch } = useCall('outside.get', {});
  const mayNot = useRefusal('outside.setHeartbeat');
  const [typed, setTyped] = useState('');
  const [result, setResult] = useState('');
  const [failed, setFailed] = useState('');
  if (outside === undefined) return null;
  const { heartbeatFrom: from } = outside;
  const address = typed.trim() === '' ? null : typed.trim();
  const fail = (words: string): void => {
    setResult('');
    setFailed(words);
  };
  const set = async (wanted: string | null) => {
    const answer = await callSigned('outside.setHeartbeat', { address: wanted });
    if (!answer.ok) return fail(errorSentence(answer.error));
    setTyped('');
    setFailed('');
    setResult(t(wanted === null ? 'settings.heartbeatRemoved' : 'settings.heartbeatSaved'));
    await refetch();
  };
  const test = async () => {
    setFailed('');
    setResult(t('settings.heartbeatTesting'));
    const answer = await callSigned('outside.testHeartbeat', { address });
    if (!answer.ok) return fail(errorSentence(answer.error));
    const { at, refused } = answer.value;
    const time = formatTime(at, { seconds: true });
    setResult(
      refused === null
        ? t('settings.heartbeatReceived', { time })
        : t('settings.heartbeatNotReceived', {
            time,
            why: t(`escalation.why_${refused.code}`, { detail: refused.detail }),
          }),
    );
  };
  return (
    <section className="panel stack" aria-labelledby="heartbeat">
      <h2 id="heartbeat">{t('settings.heartbeat')}</h2>
      <p className="quiet">{t('settings.heartbeatText')}</p>
      <p>{t(`settings.heartbeatFrom_${from ?? 'nowhere'}`)}</p>
      {mayNot !== undefined && <p>{mayNot}</p>}
      {from !== 'environment' && mayNot === undefined && (
        <Field
          label={t('settings.heartbeatAddress')}
          hint={t('settings.heartbeatHint')}
          type="password"
          autoComplete="off"
          maxLength={2_000}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <div className="row">
        {from !== 'environment' && (
          <CommandButton
            needs="outside.setHeartbeat"
            tone="primary"
            disabled={address === null}
            onClick={() => void set(address)}
          >
            {t('common.save')}
          </CommandButton>
        )}
        <CommandButton
          needs="outside.testHeartbeat"
          disabled={address === null && from === null}
          onClick={() => void test()}
        >
          {t('settings.heartbeatTest')}
        </CommandButton>
        {from === 'setting' && (
          <CommandButton needs="outside.setHeartbeat" onClick={() => void set(null)}>
            {t('settings.heartbeatRemove')}
          </CommandButton>
        )}
      </div>
      {failed !== '' && (
        <p className="field-error" role="alert">
          {failed}
        </p>
      )}
      <p role="status">{result}</p>
    </section>
  );
};
