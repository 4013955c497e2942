import type { ProposalsView } from '../../../shared/contract/corrections.ts';
import type { Proposal, ProposalItem } from '../../../shared/domain/proposal.ts';
import { useCall, useLive } from '../../query.ts';
import { useNow } from '../../ui/time.tsx';

/** What waits for a second person, as this laptop last heard; null until then. */
export const useProposals = (): ProposalsView | null => useCall('proposals.get', {}).data ?? null;

/** Pending by this laptop's word and by the clock: an expired one is not offered while the festival is silent. */
export const usePending = (view: ProposalsView | null): readonly Proposal[] => {
  const now = useNow();
  return (view?.proposals ?? []).filter(({ state, expiresAt }) => state === 'pending' && Date.parse(expiresAt) > now);
};

/** The cards of a proposal; null until the festival has answered. */
export const useItems = (proposalId: string): readonly ProposalItem[] | null =>
  useLive('proposal.items', { proposalId }).data?.items ?? null;
