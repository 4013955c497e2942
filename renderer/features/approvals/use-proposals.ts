import type { ProposalsView } from '../../../shared/contract/corrections.ts';
import type { Proposal, ProposalItem } from '../../../shared/domain/proposal.ts';
import { useCall, useLive } from '../../query.ts';
import { useNowOf } from '../../ui/time.tsx';

/** What waits for a second person, as this laptop last heard; null until then. */
export const useProposals = (): ProposalsView | null => useCall('proposals.get', {}).data ?? null;

/** Pending by this laptop's word and by the clock: an expired one is not offered while the festival is silent. */
export const usePending = (view: ProposalsView | null): readonly Proposal[] => {
  const pending = (view?.proposals ?? []).filter(({ state }) => state === 'pending');
  // The frame asks: it is drawn anew when one expires, and not each second.
  const lastExpired = useNowOf((now) => Math.max(0, ...pending.map(endOf).filter((end) => end <= now)));
  return pending.filter((proposal) => endOf(proposal) > lastExpired);
};

const endOf = ({ expiresAt }: Proposal): number => Date.parse(expiresAt);

/** The cards of a proposal; null until the festival has answered. */
export const useItems = (proposalId: string): readonly ProposalItem[] | null =>
  useLive('proposal.items', { proposalId }).data?.items ?? null;
