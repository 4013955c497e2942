import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../bridge.ts';
import { Button } from '../components/button.tsx';
import { Field } from '../components/field.tsx';
import { errorSentence } from '../i18n.ts';
import { PinField } from './pin-field.tsx';

const SHORTEST = 4;

/** Nobody works here yet: whoever starts the console first is its first supervisor. */
export const FirstSupervisor = ({ onDone }: { onDone: () => void }) => {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const short = pin !== '' && pin.length < SHORTEST;
  const differs = again !== '' && again !== pin.slice(0, again.length);
  const ready = name.trim() !== '' && pin.length >= SHORTEST && pin === again;
  const begin = async () => {
    if (!ready || busy) return;
    setBusy(true);
    const answer = await call('session.begin', { name, pin });
    setBusy(false);
    if (answer.ok) onDone();
    else setError(errorSentence(answer.error));
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <p className="quiet">{t('people.firstText')}</p>
      <Field
        label={t('people.name')}
        value={name}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      <PinField
        label={t('people.choosePin')}
        value={pin}
        hint={t('people.pinHint')}
        error={short ? t('people.pinShort') : undefined}
        onChange={setPin}
      />
      <PinField
        label={t('people.pinAgain')}
        value={again}
        error={differs ? t('people.pinDiffers') : undefined}
        onChange={setAgain}
      />
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" large disabled={!ready || busy}>
        {t('people.begin')}
      </Button>
    </form>
  );
};
