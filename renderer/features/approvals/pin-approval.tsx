import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayCall } from '../../../shared/contract/rights.ts';
import type { Proposal } from '../../../shared/domain/proposal.ts';
import { call, newOperationId } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { PinField } from '../operators/pin-field.tsx';
import { useOperators } from '../operators/use-operators.ts';
import '../operators/people.css';
import './approvals.css';

/** A second person at this laptop: their name, their PIN. Who is signed in stays signed in. */
export const PinApproval = ({ proposal }: { proposal: Proposal }) => {
  const { t } = useTranslation();
  const { proposalId, authorId } = proposal;
  const others = (useOperators() ?? []).filter(
    ({ active, role, operatorId }) => active && mayCall(role, 'correction.approve') && operatorId !== authorId,
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [pin, setPin] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  if (others.length === 0) return <p className="quiet">{t('proposals.nobodyElse')}</p>;
  const approve = async () => {
    if (chosen === null || pin === '' || busy) return;
    setBusy(true);
    const operationId = newOperationId();
    const answer = await call('correction.approveByPin', { operationId, proposalId, operatorId: chosen, pin });
    setBusy(false);
    setPin('');
    if (!answer.ok) return setError(errorSentence(answer.error));
    const outcome = answer.value;
    if (outcome.outcome === 'conflict' || outcome.outcome === 'rejected') {
      void call('outbox.seen', { operationId });
      setError(errorSentence(outcome.error));
    } else setError(outcome.outcome === 'waiting' ? t('alert.waiting') : undefined);
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void approve();
      }}
    >
      <fieldset className="people-names">
        <legend>{t('proposals.here')}</legend>
        {others.map(({ operatorId, name, role }) => (
          <label key={operatorId} className="people-name">
            <input
              type="radio"
              name={`second-${proposalId}`}
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
      <PinField
        key={chosen}
        label={t('proposals.pin')}
        value={pin}
        error={error}
        onChange={setPin}
        autoFocus={chosen !== null}
      />
      <div>
        <Button type="submit" tone="danger" large disabled={chosen === null || pin === '' || busy}>
          {t('proposals.approveHere')}
        </Button>
      </div>
    </form>
  );
};
