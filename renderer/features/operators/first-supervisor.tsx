import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortestPin } from '../../../shared/domain/operator.ts';
import { call } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { NewPin, useNewPin } from './new-pin.tsx';

/** Nobody works here yet: whoever starts the console first is its first supervisor. */
export const FirstSupervisor = ({ onDone }: { onDone: () => void }) => {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const typed = useNewPin(shortestPin('supervisor'));
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const { pin } = typed;
  const begin = async () => {
    if (name.trim() === '' || pin === null || busy) return;
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
      <NewPin label={t('people.choosePin')} hint={t('people.pinHint', { shortest: typed.shortest })} typed={typed} />
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" large disabled={name.trim() === '' || pin === null || busy}>
        {t('people.getStarted')}
      </Button>
    </form>
  );
};
