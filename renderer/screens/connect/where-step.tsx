import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readDatabaseAddress } from '../../../shared/contract/database-address.ts';
import { namesDatabase, PlaceFields, type TypedConnection } from '../../features/connection/connection-fields.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';

/** Where the festival's database is: an address as its host shows it, or field by field. */
export const WhereStep = (props: {
  settings: TypedConnection;
  onChange: (changed: TypedConnection) => void;
  onNext: () => void;
  /** Somebody was here before. */
  resumes: boolean;
}) => {
  const { t } = useTranslation();
  const { settings, onChange } = props;
  const [address, setAddress] = useState('');
  const read = address.trim() === '' ? null : readDatabaseAddress(address);
  const take = (typed: string) => {
    setAddress(typed);
    const found = typed.trim() === '' ? null : readDatabaseAddress(typed);
    if (found === null || !found.ok) return;
    // A path in an address is of the machine that it was written on: the certificate is chosen here.
    const { caFile: _, port, ...rest } = found.settings;
    const { caFile } = settings;
    onChange({ ...rest, port: String(port), ...(caFile === undefined ? {} : { caFile }) });
  };
  const complete = namesDatabase(settings);
  return (
    <form
      className="panel stack"
      aria-labelledby="connect-where"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete) props.onNext();
      }}
    >
      <h2 id="connect-where">{t('setup.step_where')}</h2>
      {props.resumes && <p role="status">{t('setup.resumes')}</p>}
      <p className="quiet">{t('setup.whereText')}</p>
      <Field
        label={t('setup.address')}
        hint={t('setup.addressHint')}
        error={read !== null && !read.ok ? t(`setup.address_${read.problem}`, { value: read.value }) : undefined}
        placeholder="postgres://…"
        value={address}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => take(event.target.value)}
      />
      <div className="connection-fields">
        <PlaceFields settings={settings} onChange={onChange} />
      </div>
      <div className="row">
        <Button type="submit" tone="primary" disabled={!complete}>
          {t('setup.next')}
        </Button>
      </div>
    </form>
  );
};
