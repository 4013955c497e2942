import { useTranslation } from 'react-i18next';
import type { EscalationSettings } from '../../../shared/contract/escalation.ts';
import { Field } from '../../ui/field.tsx';
import type { PartProps } from './escalation-panel.tsx';

type Set<Name extends 'smtp' | 'slack' | 'twilio' | 'webhook'> = NonNullable<EscalationSettings[Name]>;

const FRESH = {
  smtp: { host: '', port: 587, secure: false, user: '', password: '', from: '' } satisfies Set<'smtp'>,
  slack: { url: 'https://hooks.slack.com/' } satisfies Set<'slack'>,
  twilio: { url: 'https://api.twilio.com', account: '', token: '', from: '' } satisfies Set<'twilio'>,
  webhook: { url: 'https://', secret: '' } satisfies Set<'webhook'>,
};

/** How messages leave: a channel that is not set up is left out of the ladder. */
export const ChannelSettings = ({ settings, onChange }: PartProps) => {
  const { t } = useTranslation();
  const { smtp, slack, twilio, webhook, quiet } = settings;
  const secret = { type: 'password', autoComplete: 'new-password', placeholder: t('escalation.leaveBlank') };
  const toggle = (name: keyof typeof FRESH) => (
    <label>
      <input
        type="checkbox"
        checked={settings[name] !== null}
        onChange={(event) => onChange({ [name]: event.target.checked ? FRESH[name] : null })}
      />
      {t(`escalation.use_${name}`)}
    </label>
  );
  return (
    <fieldset className="stack">
      <legend>{t('escalation.channels')}</legend>
      {toggle('smtp')}
      {smtp !== null && (
        <div className="escalation-line">
          <Field
            label={t('escalation.host')}
            value={smtp.host}
            onChange={(e) => onChange({ smtp: { ...smtp, host: e.target.value } })}
          />
          <Field
            label={t('escalation.port')}
            type="number"
            value={smtp.port}
            onChange={(e) => onChange({ smtp: { ...smtp, port: e.target.valueAsNumber || 0 } })}
          />
          <Field
            label={t('escalation.user')}
            value={smtp.user}
            onChange={(e) => onChange({ smtp: { ...smtp, user: e.target.value } })}
          />
          <Field
            label={t('escalation.password')}
            {...secret}
            value={smtp.password}
            onChange={(e) => onChange({ smtp: { ...smtp, password: e.target.value } })}
          />
          <Field
            label={t('escalation.from')}
            value={smtp.from}
            onChange={(e) => onChange({ smtp: { ...smtp, from: e.target.value } })}
          />
          <label>
            <input
              type="checkbox"
              checked={smtp.secure}
              onChange={(e) => onChange({ smtp: { ...smtp, secure: e.target.checked } })}
            />
            {t('escalation.secure')}
          </label>
        </div>
      )}
      {toggle('twilio')}
      {twilio !== null && (
        <div className="escalation-line">
          <Field
            label={t('escalation.url')}
            value={twilio.url}
            onChange={(e) => onChange({ twilio: { ...twilio, url: e.target.value } })}
          />
          <Field
            label={t('escalation.account')}
            value={twilio.account}
            onChange={(e) => onChange({ twilio: { ...twilio, account: e.target.value } })}
          />
          <Field
            label={t('escalation.token')}
            {...secret}
            value={twilio.token}
            onChange={(e) => onChange({ twilio: { ...twilio, token: e.target.value } })}
          />
          <Field
            label={t('escalation.fromNumber')}
            placeholder="+33123456789"
            value={twilio.from}
            onChange={(e) => onChange({ twilio: { ...twilio, from: e.target.value } })}
          />
        </div>
      )}
      {toggle('slack')}
      {slack !== null && (
        <Field
          label={t('escalation.url')}
          value={slack.url}
          onChange={(e) => onChange({ slack: { url: e.target.value } })}
        />
      )}
      {toggle('webhook')}
      {webhook !== null && (
        <div className="escalation-line">
          <Field
            label={t('escalation.url')}
            value={webhook.url}
            onChange={(e) => onChange({ webhook: { ...webhook, url: e.target.value } })}
          />
          <Field
            label={t('escalation.secret')}
            {...secret}
            value={webhook.secret}
            onChange={(e) => onChange({ webhook: { ...webhook, secret: e.target.value } })}
          />
        </div>
      )}
      <label>
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(e) => onChange({ quiet: e.target.checked ? { from: '02:00', to: '10:00' } : null })}
        />
        {t('escalation.quiet')}
      </label>
      {quiet !== null && (
        <div className="escalation-line">
          <Field
            label={t('escalation.quietFrom')}
            type="time"
            value={quiet.from}
            onChange={(e) => onChange({ quiet: { ...quiet, from: e.target.value } })}
          />
          <Field
            label={t('escalation.quietTo')}
            type="time"
            value={quiet.to}
            onChange={(e) => onChange({ quiet: { ...quiet, to: e.target.value } })}
          />
        </div>
      )}
    </fieldset>
  );
};
