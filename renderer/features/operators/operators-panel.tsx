import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../../shared/domain/operator.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { useNow } from '../../ui/time.tsx';
import { ChangePinDialog } from './change-pin-dialog.tsx';
import { OperatorDialog } from './operator-dialog.tsx';
import { useRefusal } from './use-may.ts';
import { useOperators } from './use-operators.ts';
import './people.css';

type Open = { dialog: 'operator'; operator: Operator | null } | { dialog: 'ownPin' } | null;

/** Who works on this festival. Supervisors change it, everybody their own PIN; without the network it can be read. */
export const OperatorsPanel = () => {
  const { t } = useTranslation();
  const operators = useOperators();
  const offline = useSystem((state) => state.status?.link.state === 'offline');
  const signedIn = useSystem((state) => state.session?.operator ?? null);
  const mayNot = useRefusal('operators.save');
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <section className="panel stack" aria-labelledby="operators">
      <h2 id="operators">{t('people.operators')}</h2>
      <p className="quiet">
        {t('people.operatorsText')} {mayNot !== undefined && t('people.onlySupervisors')}
      </p>
      {offline && <p role="status">{t('people.needsNetwork')}</p>}
      {operators === undefined && <p className="quiet">{t('common.loading')}</p>}
      {operators === null && <p>{t('people.neverAnswered')}</p>}
      {operators && operators.length > 0 && (
        <div className="scroll-x">
          <table>
            <thead>
              <tr>
                <th>{t('people.operatorName')}</th>
                <th>{t('people.role')}</th>
                <th>{t('people.state')}</th>
                {mayNot === undefined && (
                  <th>
                    <span className="visually-hidden">{t('people.change')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {operators.map((operator) => (
                <OperatorRow
                  key={operator.operatorId}
                  operator={operator}
                  self={operator.name === signedIn}
                  changeable={mayNot === undefined}
                  disabled={offline}
                  onChange={() => setOpen({ dialog: 'operator', operator })}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="row">
        {mayNot === undefined && (
          <Button disabled={offline || !operators} onClick={() => setOpen({ dialog: 'operator', operator: null })}>
            {t('people.add')}
          </Button>
        )}
        {signedIn !== null && (
          <Button disabled={offline} onClick={() => setOpen({ dialog: 'ownPin' })}>
            {t('people.changeOwnPin')}
          </Button>
        )}
      </div>
      {open?.dialog === 'operator' && <OperatorDialog operator={open.operator} onClose={close} />}
      {open?.dialog === 'ownPin' && <ChangePinDialog onClose={close} />}
    </section>
  );
};

const OperatorRow = (props: {
  operator: Operator;
  /** They are signed in here. */
  self: boolean;
  changeable: boolean;
  disabled: boolean;
  onChange: () => void;
}) => {
  const { t } = useTranslation();
  const now = useNow();
  const { operator, self, changeable, disabled } = props;
  const { name, active } = operator;
  const locked = operator.lockedUntil !== null && Date.parse(operator.lockedUntil) > now ? operator.lockedUntil : null;
  const unlock = async () => {
    const { operatorId, role } = operator;
    const answer = await callSigned('operators.save', { operatorId, name, role, active });
    if (answer.ok) showToast(t('people.unlocked', { name }));
    else showToast(errorSentence(answer.error), 'bad');
  };
  return (
    <tr className={active ? '' : 'people-inactive'}>
      <td>
        <strong>{name}</strong> {self && <span className="quiet">({t('people.you')})</span>}
      </td>
      <td>{t(`people.role_${operator.role}`)}</td>
      <td>
        {locked === null ? (
          t(active ? 'people.state_active' : 'people.state_inactive')
        ) : (
          <strong className="people-locked-out">{t('people.lockedUntil', { time: formatTime(locked) })}</strong>
        )}
      </td>
      {changeable && (
        <td>
          <div className="row people-row-actions">
            {locked !== null && (
              <Button
                tone="primary"
                aria-label={t('people.unlockNamed', { name })}
                disabled={disabled}
                onClick={() => void unlock()}
              >
                {t('people.unlock')}
              </Button>
            )}
            <Button aria-label={t('people.changeNamed', { name })} disabled={disabled} onClick={props.onChange}>
              {t('people.change')}
            </Button>
          </div>
        </td>
      )}
    </tr>
  );
};
