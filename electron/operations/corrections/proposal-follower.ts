import { setTimeout as sleep } from 'node:timers/promises';
import { proposalsViewSchema } from '../../../shared/contract/corrections.ts';
import type { RegieEvent } from '../../../shared/contract/events.ts';
import type { Proposal } from '../../../shared/domain/proposal.ts';
import type { Kept } from '../../buffer/cache.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { Slices } from './batches.ts';
import { expireProposals, readProposals } from './proposal-view.ts';

/** Keeps this laptop's list of proposals as the festival has it, and sees to it that approved bulks go on. */
export type ProposalFollower = {
  /** Reads the list; told apart from others by a hint, and looked at now and then all the same. */
  look(): Promise<void>;
  /** A proposal as this laptop last heard of it. */
  find(proposalId: string): Proposal | undefined;
};

/** Hints within this time become one look. */
const GATHER_MS = 200;

export const createProposalFollower = (options: {
  database: FestivalDatabase;
  kept: Kept;
  slices: Slices;
  publish: (event: RegieEvent) => void;
}): ProposalFollower => {
  const { database, kept, slices, publish } = options;
  let told = '';
  let looking: Promise<void> | undefined;
  let again = false;

  const lookOnce = async (): Promise<void> => {
    let view = await database.read(readProposals);
    if (view.proposals.some(({ state, expiresAt }) => state === 'pending' && expiresAt <= view.at)) {
      await expireProposals(database);
      view = await database.read(readProposals);
    }
    kept.keep('proposals', view);
    const now = JSON.stringify(view.proposals);
    if (now !== told) publish({ event: 'proposals' });
    told = now;
    // Of any bulk that is approved, whoever approved it and wherever: the laptop that began it may be dead.
    if (view.proposals.some(({ state }) => state === 'approved')) void slices.work();
  };

  return {
    look: async () => {
      // A hint that comes while the list is read means that it may be old already.
      again = true;
      looking ??= (async () => {
        while (again) {
          again = false;
          await lookOnce();
          // A bulk that is being applied gives a hint with every slice.
          if (again) await sleep(GATHER_MS);
        }
      })().finally(() => {
        looking = undefined;
      });
      await looking;
    },
    find: (proposalId) =>
      kept.answer('proposals', proposalsViewSchema)?.proposals.find((one) => one.proposalId === proposalId),
  };
};
