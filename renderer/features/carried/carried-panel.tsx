import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytesOf } from '../../base64.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { saveFile } from '../../save-file.ts';
import { Field } from '../../ui/field.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { ImportSettings } from './import-settings.tsx';
import './carried.css';

const SHORTEST = 8;

/** The settings of this festival for another one, in a file, and those of another one for this. */
export const CarriedPanel = () => {
  const { t } = useTranslation();
  return (
    <section className="panel stack" aria-labelledby="carried">
      <h2 id="carried">{t('carried.title')}</h2>
      <p className="quiet">{t('carried.text')}</p>
      <div className="carried-ways">
        <ExportSettings />
        <ImportSettings />
      </div>
    </section>
  );
};

const ExportSettings = () => {
  const { t } = useTranslation();
  const [passphrase, setPassphrase] = useState('');
  const [message, setMessage] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const answer = await callSigned('carried.export', { passphrase: passphrase === '' ? null : passphrase });
    setBusy(false);
    if (!answer.ok) return setMessage(errorSentence(answer.error));
    const { fileName, content } = answer.value;
    saveFile(fileName, 'application/octet-stream', [bytesOf(content)]);
    setMessage(t('carried.saved', { file: fileName }));
    setPassphrase('');
  };
  return (
    <form
      className="stack"
      aria-label={t('carried.export')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>{t('carried.export')}</h3>
      <Field
        label={t('carried.passphrase')}
        hint={t('carried.passphraseHint')}
        type="password"
        autoComplete="new-password"
        value={passphrase}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      <div>
        <CommandButton
          needs="carried.export"
          type="submit"
          disabled={busy || (passphrase !== '' && passphrase.length < SHORTEST)}
        >
          {t('carried.save')}
        </CommandButton>
      </div>
      <p role="status">{message}</p>
    </form>
  );
};
