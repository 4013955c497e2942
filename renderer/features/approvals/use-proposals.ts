import { useEffect, useRef, useState } from 'react';
import type { Proposal, ProposalItem, ProposalsView } from '../../../shared/contract/proposals.ts';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';
import { useNow } from '../../ui/time.tsx';

/** What waits for a second person, as this laptop last heard; null until then. */
export const useProposals = (): ProposalsView | null => {
  const [view, setView] = useState<ProposalsView | null>(null);
  const revision = useSystem((state) => state.proposalsRevision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is why it is asked again
  useEffect(() => {
    let wanted = true;
    void call('proposals.get', {}).then((answer) => {
      if (wanted && answer.ok) setView(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [revision]);
  return view;
};

/** Pending by this laptop's word and by the clock: an expired one is not offered while the festival is silent. */
export const usePending = (view: ProposalsView | null): readonly Proposal[] => {
  const now = useNow();
  return (view?.proposals ?? []).filter(({ state, expiresAt }) => state === 'pending' && Date.parse(expiresAt) > now);
};

/** Thousands of cards are not asked for with every slice. */
const ITEMS_EVERY_MS = 1_000;

/** The cards of a proposal, asked for again while it goes on; null until the festival has answered. */
export const useItems = (proposalId: string): readonly ProposalItem[] | null => {
  const asked = useRef(0);
  const [items, setItems] = useState<readonly ProposalItem[] | null>(null);
  const revision = useSystem((state) => state.proposalsRevision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is why it is asked again
  useEffect(() => {
    const ask = (): void => {
      asked.current = Date.now();
      // Also when something newer is heard of meanwhile: while a bulk goes on there always is.
      void call('proposal.items', { proposalId }).then((answer) => {
        if (answer.ok) setItems(answer.value.items);
      });
    };
    const timer = setTimeout(ask, Math.max(0, asked.current + ITEMS_EVERY_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [proposalId, revision]);
  return items;
};
