import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayCall } from '../../../shared/contract/rights.ts';
import type { Proposal } from '../../../shared/domain/proposal.ts';
import { submit } from '../../commands.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { useSystem } from '../../stores/system.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { PinApproval } from './pin-approval.tsx';

/** What whoever is signed in can do about a proposal; somebody else can with their PIN. */
export const Decide = ({ proposal }: { proposal: Proposal }) => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  const { proposalId, bulk, eventId, incidentId, state, counts } = proposal;
  const role = session?.operator == null ? null : session.role;
  const own = role !== null && session?.operator === proposal.author;
  const goesOn = useAlerts((alerts) => incidentId !== null && alerts.byId?.get(incidentId)?.open === true);
  const unfinished = goesOn && counts.applied < counts.all;
  const [rejecting, setRejecting] = useState(false);
  const done = (text: string) => ({ done: text });
  if (state === 'approved' && mayCall(role, 'correction.cancel')) {
    return (
      <div>
        <Button onClick={() => void submit('correction.cancel', { proposalId }, done(t('proposals.cancelled')))}>
          {t('proposals.cancel')}
        </Button>
      </div>
    );
  }
  if (bulk && incidentId !== null && state !== 'pending' && unfinished) {
    return (
      <div>
        <Button onClick={() => openDialog({ kind: 'bulk', incidentId, eventId: eventId ?? incidentId })}>
          {t('proposals.rest')}
        </Button>
      </div>
    );
  }
  if (state !== 'pending') return null;
  if (own) {
    return (
      <div className="stack">
        <p className="quiet">{t('proposals.own')}</p>
        <div>
          <Button onClick={() => void submit('correction.withdraw', { proposalId }, done(t('proposals.withdrawn')))}>
            {t('proposals.withdraw')}
          </Button>
        </div>
        <PinApproval proposal={proposal} />
      </div>
    );
  }
  if (!mayCall(role, 'correction.approve')) return <PinApproval proposal={proposal} />;
  if (rejecting) return <Reject proposalId={proposalId} onClose={() => setRejecting(false)} />;
  return (
    <div className="row">
      <Button
        tone="danger"
        large
        onClick={() => void submit('correction.approve', { proposalId }, done(t('proposals.approved')))}
      >
        {t('proposals.approve')}
      </Button>
      <Button large onClick={() => setRejecting(true)}>
        {t('proposals.reject')}
      </Button>
    </div>
  );
};

const Reject = ({ proposalId, onClose }: { proposalId: string; onClose: () => void }) => {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const ready = reason.trim() !== '';
  const reject = async () => {
    if (!ready) return;
    await submit('correction.reject', { proposalId, reason }, { done: t('proposals.rejected') });
    onClose();
  };
  return (
    <div className="stack">
      <TextField
        label={t('proposals.rejectReason')}
        value={reason}
        maxLength={2_000}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="row">
        <Button tone="primary" disabled={!ready} onClick={() => void reject()}>
          {t('proposals.reject')}
        </Button>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
    </div>
  );
};
