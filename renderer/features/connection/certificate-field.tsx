import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeptCertificate } from '../../../shared/contract/setup.ts';
import { base64Of } from '../../base64.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { FileField } from '../../ui/field.tsx';

/** A file that is no certificate is not read into memory. */
const MOST_BYTES = 100_000;

/** The root certificate of a server whose own this computer does not trust: it is copied into the laptop's own folder. */
export const CertificateField = (props: {
  /** Where the one in use is; null: none. */
  file: string | null;
  onChange: (file: string | null) => void;
}) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<File | null>(null);
  const [kept, setKept] = useState<KeptCertificate | null>(null);
  const [error, setError] = useState<string>();
  const take = async (file: File) => {
    setChosen(file);
    setKept(null);
    setError(undefined);
    if (file.size > MOST_BYTES) return setError(t('errors.certificate_unreadable'));
    const content = base64Of(new Uint8Array(await file.arrayBuffer()));
    const answer = await callSigned('setup.keepCertificate', { content });
    if (!answer.ok) return setError(errorSentence(answer.error));
    setKept(answer.value);
    props.onChange(answer.value.file);
  };
  const hint =
    kept !== null && kept.file === props.file
      ? t('settings.caKept', { subject: kept.subject, expires: kept.expires })
      : props.file === null
        ? t('settings.caHint')
        : t('settings.caInUse', { file: props.file.split(/[\\/]/).at(-1) });
  return (
    <div>
      <FileField
        label={t('settings.caFile')}
        hint={hint}
        error={error}
        choose={t('settings.caChoose')}
        none={t('settings.caNone')}
        file={chosen}
        onChange={(file) => {
          if (file !== null) void take(file);
        }}
      />
      {props.file !== null && (
        <Button
          tone="quiet"
          onClick={() => {
            setChosen(null);
            setKept(null);
            props.onChange(null);
          }}
        >
          {t('settings.caRemove')}
        </Button>
      )}
    </div>
  );
};
