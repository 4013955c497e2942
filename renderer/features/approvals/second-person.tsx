import { useTranslation } from 'react-i18next';
import { figuresAfter } from '../../../shared/domain/correction.ts';
import type { Proposal } from '../../../shared/domain/proposal.ts';
import { errorSentence, formatMoney } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { useCloseDialog } from '../../ui/dialog.tsx';
import { CloseOrReceipt } from '../correction/close-or-receipt.tsx';
import { Figures } from '../correction/figures.tsx';
import { TimeLeft } from './time-left.tsx';
import { useProposals } from './use-proposals.ts';
import './approvals.css';
import { PinApproval } from './pin-approval.tsx';

/** A proposal in the dialog that made it: somebody types their PIN here, or approves on another laptop; either is seen here. */
export const SecondPerson = (props: { proposalId: string; waiting: boolean; onApplied?: (() => void) | undefined }) => {
  const { t } = useTranslation();
  const onClose = useCloseDialog();
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
      <PinApproval proposal={proposal} />
      <div>
        <Button onClick={onClose}>{t('common.close')}</Button>
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
