import { useTranslation } from 'react-i18next';
import type { Proposal } from '../../../shared/domain/proposal.ts';
import { hrefOf } from '../../routes.ts';
import { usePending, useProposals } from './use-proposals.ts';

/** Where a card or an alert is looked at: a correction of it waits already. */
export const PendingNote = (props: { of: (proposal: Proposal) => boolean }) => {
  const { t } = useTranslation();
  const pending = usePending(useProposals()).find(props.of);
  if (pending === undefined) return null;
  return (
    <p className="waiting-mark" role="status">
      {t('proposals.pendingHere', { name: pending.author })}{' '}
      <a href={hrefOf({ screen: 'approvals' })}>{t('proposals.review')}</a>
    </p>
  );
};
