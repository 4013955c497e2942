import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Proposal } from '../../../shared/contract/proposals.ts';
import { mayCall } from '../../../shared/contract/rights.ts';
import { figuresAfter } from '../../../shared/domain/correction.ts';
import { call, newOperationId } from '../../bridge.ts';
import { errorSentence, formatMoney } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { closeDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { CloseOrReceipt } from '../correction/close-or-receipt.tsx';
import { Figures } from '../correction/figures.tsx';
import { PinField } from '../operators/pin-field.tsx';
import { useOperators } from '../operators/use-operators.ts';
import { TimeLeft } from './time-left.tsx';
import { useProposals } from './use-proposals.ts';
import '../operators/people.css';
import './approvals.css';

/** A proposal in the dialog that made it: somebody types their PIN here, or approves on another laptop; either is seen here. */
export const SecondPerson = (props: { proposalId: string; waiting: boolean; onApplied?: (() => void) | undefined }) => {
  const { t } = useTranslation();
  const { proposalId, waiting, onApplied } = props;
  const proposal = useProposals()?.proposals.find((one) => one.proposalId === proposalId);
  if (proposal === undefined) {
    return <p role="status">{t(waiting ? 'proposals.waitsHere' : 'common.loading')}</p>;
  }
  if (proposal.state !== 'pending') return <Decided proposal={proposal} onApplied={onApplied} />;
  return (
    <div className="stack">
      <p role="status" className="approval-asked">
        {t('proposals.asked')} <TimeLeft until={proposal.expiresAt} />
      </p>
      <Asked proposal={proposal} />
      <p className="quiet">
        {t('proposals.elsewhere')} <a href={hrefOf({ screen: 'approvals' })}>{t('proposals.title')}</a>
      </p>
      <ApproveByPin proposal={proposal} />
      <div>
        <Button onClick={closeDialog}>{t('common.close')}</Button>
      </div>
    </div>
  );
};

/** What the second person at this laptop is asked to approve. */
const Asked = ({ proposal: { item, reason } }: { proposal: Proposal }) => {
  const { t } = useTranslation();
  if (item === null) return null;
  const before = { actual: item.seenActualCents, expected: item.seenExpectedCents };
  const deltas = { cardDelta: item.cardDeltaCents, ledgerDelta: item.ledgerDeltaCents };
  return (
    <>
      <Figures before={before} after={figuresAfter(before, deltas)} />
      <p>{t('proposals.quote', { words: reason })}</p>
    </>
  );
};

const Decided = ({ proposal, onApplied }: { proposal: Proposal; onApplied: (() => void) | undefined }) => {
  const { t } = useTranslation();
  const { item } = proposal;
  const applied = proposal.state === 'done' || proposal.state === 'approved';
  return (
    <div className="stack" role="status">
      <p className={applied ? 'correction-done' : 'approval-ended'}>
        {t(`proposals.ended_${proposal.state}`, { name: proposal.decidedBy ?? '–' })}
      </p>
      {proposal.decision !== null && <p>{proposal.decision}</p>}
      {item?.state === 'stale' && item.todayActualCents !== null && item.todayExpectedCents !== null && (
        <p>
          {t('correction.stale', {
            actual: formatMoney(item.todayActualCents),
            expected: formatMoney(item.todayExpectedCents),
          })}
        </p>
      )}
      {item?.code != null && <p>{errorSentence({ code: `correction_${item.code}`, params: {} })}</p>}
      <CloseOrReceipt logId={item?.logId ?? null} then={applied ? onApplied : undefined} />
    </div>
  );
};

/** A second person at this laptop: their name, their PIN. Who is signed in stays signed in. */
export const ApproveByPin = ({ proposal }: { proposal: Proposal }) => {
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
