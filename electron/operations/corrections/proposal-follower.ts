import { proposalsViewSchema } from '../../../shared/contract/corrections.ts';
import type { RegieEvent } from '../../../shared/contract/events.ts';
import type { Proposal } from '../../../shared/domain/proposal.ts';
import type { Cache } from '../../buffer/cache.ts';
import { publishOnChange } from '../../lib/publish-on-change.ts';
import { coalesced } from '../../lib/single-flight.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { Batches } from './batches.ts';
import { expireProposals, readProposals } from './proposal-view.ts';

/** Keeps this laptop's list of proposals as the festival has it, and sees to it that approved bulks go on. */
export type ProposalFollower = {
  /** Reads the list: on a notification, and on the poll under it. Never twice at the same time. */
  refresh(): Promise<void>;
  /** A proposal as this laptop last heard of it. */
  find(proposalId: string): Proposal | undefined;
};

/** Hints within this time become one look. */
const GATHER_MS = 200;

export const createProposalFollower = (options: {
  database: FestivalDatabase;
  cache: Cache;
  batches: Batches;
  publish: (event: RegieEvent) => void;
}): ProposalFollower => {
  const { database, cache, batches, publish } = options;
  const publishChange = publishOnChange<readonly Proposal[]>(() => publish({ event: 'proposals' }));

  const refreshOnce = async (): Promise<void> => {
    let view = await database.read(readProposals);
    if (view.proposals.some(({ state, expiresAt }) => state === 'pending' && expiresAt <= view.at)) {
      await expireProposals(database);
      view = await database.read(readProposals);
    }
    cache.set('proposals', view);
    publishChange(view.proposals);
    // Of any bulk that is approved, whoever approved it and wherever: the laptop that began it may be dead.
    if (view.proposals.some(({ state }) => state === 'approved')) void batches.work();
  };

  return {
    // A bulk that is being applied notifies with every batch.
    refresh: coalesced(refreshOnce, { gatherMs: GATHER_MS }),
    find: (proposalId) =>
      cache.get('proposals', proposalsViewSchema)?.proposals.find((one) => one.proposalId === proposalId),
  };
};
