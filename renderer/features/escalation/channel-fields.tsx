import { useTranslation } from 'react-i18next';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { WhenField } from '../../ui/when-field.tsx';

export type ChannelName = 'smtp' | 'slack' | 'twilio' | 'webhook';
/** A channel that is set up. */
export type Channel<Name extends ChannelName | 'quiet'> = NonNullable<EscalationSettings[Name]>;
type Props<Name extends ChannelName | 'quiet'> = {
  value: Channel<Name>;
  onChange: (value: Channel<Name>) => void;
};

/** A field for what is never shown again: left empty, it stays what it is. */
const SecretField = (props: { label: string; value: string; onChange: (value: string) => void }) => {
  const { t } = useTranslation();
  return (
    <Field
      label={props.label}
      type="password"
      autoComplete="new-password"
      placeholder={t('escalation.leaveBlank')}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
};

export const SmtpFields = ({ value, onChange }: Props<'smtp'>) => {
  const { t } = useTranslation();
  const change = (some: Partial<typeof value>) => onChange({ ...value, ...some });
  return (
    <div className="escalation-line">
      <Field label={t('escalation.host')} value={value.host} onChange={(e) => change({ host: e.target.value })} />
      <NumberField
        label={t('escalation.port')}
        whole
        least={1}
        most={65_535}
        value={Number.isNaN(value.port) ? null : value.port}
        onChange={(port) => change({ port: port ?? Number.NaN })}
      />
      <Field label={t('escalation.user')} value={value.user} onChange={(e) => change({ user: e.target.value })} />
      <SecretField
        label={t('escalation.password')}
        value={value.password}
        onChange={(password) => change({ password })}
      />
      <Field label={t('escalation.from')} value={value.from} onChange={(e) => change({ from: e.target.value })} />
      <label>
        <input type="checkbox" checked={value.secure} onChange={(e) => change({ secure: e.target.checked })} />
        {t('escalation.secure')}
      </label>
    </div>
  );
};

export const TwilioFields = ({ value, onChange }: Props<'twilio'>) => {
  const { t } = useTranslation();
  const change = (some: Partial<typeof value>) => onChange({ ...value, ...some });
  return (
    <div className="escalation-line">
      <Field label={t('escalation.url')} value={value.url} onChange={(e) => change({ url: e.target.value })} />
      <Field
        label={t('escalation.account')}
        value={value.account}
        onChange={(e) => change({ account: e.target.value })}
      />
      <SecretField label={t('escalation.token')} value={value.token} onChange={(token) => change({ token })} />
      <Field
        label={t('escalation.fromNumber')}
        placeholder="+33123456789"
        value={value.from}
        onChange={(e) => change({ from: e.target.value })}
      />
    </div>
  );
};

export const SlackFields = ({ value, onChange }: Props<'slack'>) => {
  const { t } = useTranslation();
  return <SecretField label={t('escalation.url')} value={value.url} onChange={(url) => onChange({ url })} />;
};

export const WebhookFields = ({ value, onChange }: Props<'webhook'>) => {
  const { t } = useTranslation();
  const change = (some: Partial<typeof value>) => onChange({ ...value, ...some });
  return (
    <div className="escalation-line">
      <SecretField label={t('escalation.url')} value={value.url} onChange={(url) => change({ url })} />
      <SecretField label={t('escalation.secret')} value={value.secret} onChange={(secret) => change({ secret })} />
    </div>
  );
};

export const QuietFields = ({ value, onChange }: Props<'quiet'>) => {
  const { t } = useTranslation();
  const change = (some: Partial<typeof value>) => onChange({ ...value, ...some });
  return (
    <div className="escalation-line">
      <WhenField
        kind="time"
        label={t('escalation.quietFrom')}
        value={value.from}
        onChange={(from) => change({ from })}
      />
      <WhenField kind="time" label={t('escalation.quietTo')} value={value.to} onChange={(to) => change({ to })} />
    </div>
  );
};
