import { useTranslation } from 'react-i18next';
import { ProposalPanel } from '../../features/approvals/proposal-panel.tsx';
import { usePending, useProposals } from '../../features/approvals/use-proposals.ts';
import { useSystem } from '../../stores/system.ts';
import '../../features/approvals/approvals.css';

/** What waits for a second person, what is being applied, and what became of the rest of today. */
export const ApprovalsScreen = () => {
  const { t } = useTranslation();
  const view = useProposals();
  const pending = usePending(view);
  const offline = useSystem((state) => state.status?.link.state === 'offline');
  const running = view?.proposals.filter(({ state }) => state === 'approved') ?? [];
  const open = new Set([...pending, ...running].map(({ proposalId }) => proposalId));
  const ended = view?.proposals.filter(({ proposalId }) => !open.has(proposalId)) ?? [];
  return (
    <div className="screen stack">
      <h1>{t('proposals.title')}</h1>
      <p className="quiet">{t('proposals.text')}</p>
      {offline && <p className="waiting-mark">{t('proposals.offline')}</p>}
      {view !== null && pending.length === 0 && running.length === 0 && <p>{t('proposals.none')}</p>}
      {pending.map((proposal) => (
        <ProposalPanel key={proposal.proposalId} proposal={proposal} />
      ))}
      {running.map((proposal) => (
        <ProposalPanel key={proposal.proposalId} proposal={proposal} />
      ))}
      {ended.length > 0 && <h2>{t('proposals.ended')}</h2>}
      {ended.map((proposal) => (
        <ProposalPanel key={proposal.proposalId} proposal={proposal} />
      ))}
    </div>
  );
};
