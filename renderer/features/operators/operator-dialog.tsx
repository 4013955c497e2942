import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v7 as uuid } from 'uuid';
import { type Operator, shortestPin } from '../../../shared/domain/operator.ts';
import { ROLES } from '../../../shared/domain/rights.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { NewPin, useNewPin } from './new-pin.tsx';

/** Makes an operator, or changes one: role, access, a new PIN for who has forgotten theirs. */
export const OperatorDialog = ({ operator, onClose }: { operator: Operator | null; onClose: () => void }) => {
  const { t } = useTranslation();
  const self = useSystem((state) => operator !== null && state.session?.operator === operator.name);
  // One id for this person: pressing twice cannot make two.
  const [operatorId] = useState(() => operator?.operatorId ?? uuid());
  const [name, setName] = useState(operator?.name ?? '');
  const [role, setRole] = useState(operator?.role ?? 'operator');
  const [active, setActive] = useState(operator?.active ?? true);
  const typed = useNewPin(shortestPin(role));
  // Their PIN is too short for the role that is chosen.
  const needed = operator !== null && operator.pinDigits < shortestPin(role);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const pinReady = typed.pin !== null || (operator !== null && typed.empty && !needed);
  const save = async () => {
    if (!pinReady || busy) return;
    setBusy(true);
    const pin = typed.pin ?? undefined;
    const answer = await callSigned('operators.save', { operatorId, name, role, active, pin });
    setBusy(false);
    if (!answer.ok) return setError(errorSentence(answer.error));
    showToast(t(answer.value.nominated ? 'people.nominated' : 'people.saved', { name }));
    onClose();
  };
  return (
    <Dialog title={operator === null ? t('people.addTitle') : operator.name} onClose={onClose}>
      <form
        className="stack"
        onChange={() => setError(undefined)}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {operator === null && (
          <Field
            label={t('people.operatorName')}
            hint={t('people.nameHint')}
            value={name}
            maxLength={60}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <fieldset className="people-names people-roles">
          <legend>{t('people.role')}</legend>
          {ROLES.map((one) => (
            <label key={one} className="people-name">
              <input type="radio" name="role" checked={role === one} onChange={() => setRole(one)} />
              <span>{t(`people.role_${one}`)}</span>
              <span className="quiet">{t(`people.may_${one}`)}</span>
            </label>
          ))}
        </fieldset>
        {operator !== null && (
          <div className="stack people-access">
            <label className="row">
              <input type="checkbox" checked={!active} onChange={(event) => setActive(!event.target.checked)} />
              {t('people.mayNotSignIn')}
            </label>
            {!active && <p className="quiet">{t('people.endAccessHint')}</p>}
          </div>
        )}
        {/* One's own PIN is changed with the present one: what waits stays valid then. */}
        {!self && (
          <NewPin
            label={t(operator === null ? 'people.firstPin' : 'people.newPin')}
            hint={t(`people.${operator === null ? 'firstPinHint' : needed ? 'newPinNeeded' : 'newPinHint'}`, {
              shortest: typed.shortest,
            })}
            typed={typed}
          />
        )}
        {error !== undefined && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="primary" disabled={name.trim() === '' || !pinReady || busy}>
            {t('common.save')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
