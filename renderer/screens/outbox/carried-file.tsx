import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { base64Of, bytesOf } from '../../base64.ts';
import { callSigned } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence } from '../../i18n.ts';
import { saveFile } from '../../save-file.ts';
import { Field, FileField } from '../../ui/field.tsx';

const SHORTEST = 8;

/** Waiting actions out of this laptop and into another one, in an encrypted file. */
export const CarriedFile = ({ count }: { count: number }) => {
  const { t } = useTranslation();
  return (
    <section className="stack" aria-labelledby="carry">
      <h2 id="carry">{t('waiting.carry')}</h2>
      <p className="quiet">{t('waiting.carryText')}</p>
      <div className="carry">
        <Export disabled={count === 0} />
        <Import />
      </div>
    </section>
  );
};

const Export = ({ disabled }: { disabled: boolean }) => {
  const { t } = useTranslation();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [message, setMessage] = useState('');
  const differs = again !== '' && again !== passphrase;
  const save = async () => {
    const answer = await callSigned('outbox.export', { passphrase });
    if (!answer.ok) return setMessage(errorSentence(answer.error));
    const { fileName, content, commands } = answer.value;
    saveFile(fileName, 'application/octet-stream', [bytesOf(content)]);
    setMessage(t('waiting.exported', { count: commands, file: fileName }));
    setPassphrase('');
    setAgain('');
  };
  return (
    <form
      className="panel stack"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        label={t('waiting.passphrase')}
        hint={t('waiting.passphraseHint')}
        type="password"
        autoComplete="new-password"
        value={passphrase}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      <Field
        label={t('waiting.passphraseAgain')}
        error={differs ? t('waiting.passphraseDiffers') : undefined}
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.target.value)}
      />
      <div>
        <CommandButton
          needs="outbox.export"
          type="submit"
          disabled={disabled || passphrase.length < SHORTEST || again !== passphrase}
        >
          {t('waiting.export')}
        </CommandButton>
      </div>
      <p role="status">{message}</p>
    </form>
  );
};

const Import = () => {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [message, setMessage] = useState('');
  const open = async (chosen: File) => {
    const content = base64Of(new Uint8Array(await chosen.arrayBuffer()));
    const answer = await callSigned('outbox.import', { passphrase, content });
    setMessage(answer.ok ? t('waiting.imported', answer.value) : errorSentence(answer.error));
  };
  return (
    <form
      className="panel stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (file !== null) void open(file);
      }}
    >
      <FileField
        label={t('waiting.file')}
        choose={t('waiting.chooseFile')}
        none={t('waiting.noFile')}
        file={file}
        onChange={setFile}
      />
      <Field
        label={t('waiting.passphrase')}
        type="password"
        autoComplete="off"
        value={passphrase}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      <div>
        <CommandButton needs="outbox.import" type="submit" disabled={file === null || passphrase.length < SHORTEST}>
          {t('waiting.importIt')}
        </CommandButton>
      </div>
      <p role="status">{message}</p>
    </form>
  );
};
