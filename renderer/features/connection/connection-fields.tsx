import { useTranslation } from 'react-i18next';
import type { ConnectionSettings } from '../../../shared/contract/connection.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { CertificateField } from './certificate-field.tsx';
import './connection.css';

/** As it is typed: the port may be anything yet. */
export type TypedConnection = Omit<ConnectionSettings, 'port'> & { readonly port: string };

export const EMPTY_CONNECTION: TypedConnection = {
  ...{ host: '', port: '5432', database: 'postgres', user: 'regie', password: '', tls: 'verify' },
};

type Props = { settings: TypedConnection; onChange: (changed: TypedConnection) => void };

const isPort = (port: string): boolean => /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536;

/** Whether it says where a database is. */
export const namesDatabase = ({ host, port, database }: TypedConnection): boolean =>
  host.trim() !== '' && database !== '' && isPort(port);

/** What was typed, as the core takes it, once it names a database and a user. */
export const typedSettings = ({ port, ...typed }: TypedConnection): ConnectionSettings => ({
  ...typed,
  port: Number(port),
});

/** Where a festival's database is, and how it is reached. */
export const PlaceFields = ({ settings, onChange }: Props) => {
  const { t } = useTranslation();
  const { caFile, ...rest } = settings;
  return (
    <>
      <Field
        label={t('settings.host')}
        hint={t('settings.hostHint')}
        value={settings.host}
        spellCheck={false}
        onChange={(event) => onChange({ ...settings, host: event.target.value })}
      />
      <Field
        label={t('settings.port')}
        inputMode="numeric"
        value={settings.port}
        error={settings.port === '' || isPort(settings.port) ? undefined : t('settings.portWrong')}
        onChange={(event) => onChange({ ...settings, port: event.target.value })}
      />
      <Field
        label={t('settings.database')}
        value={settings.database}
        spellCheck={false}
        onChange={(event) => onChange({ ...settings, database: event.target.value })}
      />
      <Choice
        label={t('settings.tls')}
        value={settings.tls}
        options={(['verify', 'encrypt', 'off'] as const).map((value) => ({
          value,
          label: t(`settings.tls_${value}`),
        }))}
        onChange={(tls) => onChange({ ...settings, tls })}
      />
      <CertificateField
        file={caFile ?? null}
        onChange={(file) => onChange(file === null ? rest : { ...rest, caFile: file })}
      />
    </>
  );
};

/** Who connects there. `hint`: whose password it is. */
export const LoginFields = ({ settings, onChange, hint }: Props & { hint?: string }) => {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t('settings.user')}
        value={settings.user}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ ...settings, user: event.target.value })}
      />
      <Field
        label={t('settings.password')}
        hint={hint}
        type="password"
        autoComplete="off"
        value={settings.password}
        onChange={(event) => onChange({ ...settings, password: event.target.value })}
      />
    </>
  );
};
