import { useTranslation } from 'react-i18next';
import type { ConnectionSettings } from '../../../shared/contract/connection.ts';
import { Choice, Field } from '../../ui/field.tsx';

/** What a connection to a festival's database needs. */
export const ConnectionFields = (props: {
  settings: ConnectionSettings;
  /** As it is typed. */
  port: string;
  onChange: (some: Partial<ConnectionSettings>) => void;
  onPort: (typed: string) => void;
  /** Empty: none. */
  onCaFile: (caFile: string) => void;
}) => {
  const { t } = useTranslation();
  const { settings, onChange } = props;
  return (
    <div className="connection-fields">
      <Field
        label={t('settings.host')}
        value={settings.host}
        onChange={(event) => onChange({ host: event.target.value })}
      />
      <Field
        label={t('settings.port')}
        inputMode="numeric"
        value={props.port}
        onChange={(event) => props.onPort(event.target.value)}
      />
      <Field
        label={t('settings.database')}
        value={settings.database}
        onChange={(event) => onChange({ database: event.target.value })}
      />
      <Field
        label={t('settings.user')}
        value={settings.user}
        onChange={(event) => onChange({ user: event.target.value })}
      />
      <Field
        label={t('settings.password')}
        type="password"
        autoComplete="off"
        value={settings.password}
        onChange={(event) => onChange({ password: event.target.value })}
      />
      <Choice
        label={t('settings.tls')}
        value={settings.tls}
        options={(['verify', 'encrypt', 'off'] as const).map((value) => ({
          value,
          label: t(`settings.tls_${value}`),
        }))}
        onChange={(tls) => onChange({ tls })}
      />
      <Field
        label={t('settings.caFile')}
        value={settings.caFile ?? ''}
        onChange={(event) => props.onCaFile(event.target.value)}
      />
    </div>
  );
};
