import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../shared/contract/operators.ts';
import { call } from '../bridge.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { errorSentence } from '../i18n.ts';
import { useSystem } from '../stores/system.ts';
import { FirstSupervisor } from './first-supervisor.tsx';
import { PinField } from './pin-field.tsx';
import { useOperators } from './use-operators.ts';
import './people.css';

/** Who is at this console: a name and a PIN, or on the first start of a festival its first supervisor. */
export const SignIn = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const operators = useOperators();
  const some = operators?.filter(({ active }) => active) ?? [];
  return (
    <Dialog title={t(operators?.length === 0 ? 'people.firstTitle' : 'people.signInTitle')} onClose={onClose}>
      {operators === null && <p role="status">{t('people.neverAnswered')}</p>}
      {operators?.length === 0 && <FirstSupervisor onDone={onClose} />}
      {some.length > 0 && <ByPin operators={some} onDone={onClose} />}
      {operators !== undefined && (
        <div>
          <Button tone="quiet" onClick={onClose}>
            {t('people.justLook')}
          </Button>
        </div>
      )}
    </Dialog>
  );
};

const ByPin = ({ operators, onDone }: { operators: readonly Operator[]; onDone: () => void }) => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  const [chosen, setChosen] = useState(
    () => operators.find(({ operatorId }) => operatorId === session?.lastOperatorId)?.operatorId ?? null,
  );
  const [search, setSearch] = useState('');
  const [pin, setPin] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    if (chosen === null || pin === '' || busy) return;
    setBusy(true);
    const answer = await call('session.signIn', { operatorId: chosen, pin });
    setBusy(false);
    setPin('');
    if (answer.ok) onDone();
    else setError(errorSentence(answer.error));
  };
  const found = operators.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      {operators.length > MANY && (
        <Field label={t('people.search')} value={search} onChange={(event) => setSearch(event.target.value)} />
      )}
      <fieldset className="people-names">
        <legend>{t('people.who')}</legend>
        {found.map(({ operatorId, name, role }) => (
          <label key={operatorId} className="people-name">
            <input
              type="radio"
              name="operator"
              checked={chosen === operatorId}
              onChange={() => {
                setChosen(operatorId);
                setError(undefined);
              }}
            />
            <span>{name}</span>
            <span className="quiet">{t(`people.role_${role}`)}</span>
          </label>
        ))}
      </fieldset>
      {/* Begins anew with each name, with the cursor in it: a name, a PIN, Enter. */}
      <PinField
        key={chosen}
        label={t('people.pin')}
        value={pin}
        error={error}
        onChange={setPin}
        autoFocus={chosen !== null}
      />
      <Button type="submit" tone="primary" large disabled={chosen === null || pin === '' || busy}>
        {t('people.signIn')}
      </Button>
    </form>
  );
};

/** More names than this want a search. */
const MANY = 12;
