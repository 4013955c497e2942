import { z } from 'zod';
import { proposalsViewSchema } from '../../shared/contract/corrections.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { handoverViewSchema } from '../../shared/contract/handover.ts';
import type { LogLine } from '../../shared/domain/log.ts';
import type { Cache } from '../buffer/cache.ts';

type Asked = Extract<RegieEvent, { event: 'asked' }>;

const KEPT = 'asked';
/** Of those that wait no more: they may come back with another copy. */
const REMEMBERED = 500;
/** What was offered or proposed while nobody ran Regie here is said; what is longer ago is shown where it waits. */
const CALLS_FOR_MS = 12 * 3_600_000;

/**
 * What waits for a person and is no alert calls as well, calmly and once on each laptop: a proposal, an offered shift, a
 * follow-up that is overdue (docs/watching.md, "What waits for people").
 */
export type Asks = {
  /** Says what is new. */
  look(): void;
};

export const createAsks = (options: {
  /** Also with what this laptop last heard of proposals and handovers. */
  cache: Pick<Cache, 'get' | 'set'>;
  /** Those that are open. */
  followUps: () => readonly LogLine[];
  /** By the festival's clock, milliseconds. */
  nowMs: () => number;
  publish: (event: Asked) => void;
}): Asks => {
  const { cache, publish, nowMs } = options;
  let told: readonly string[] = cache.get(KEPT, z.array(z.string())) ?? [];

  const waiting = (): Asked[] => [
    ...(cache.get('proposals', proposalsViewSchema)?.proposals ?? [])
      .filter(({ state, proposedAt }) => state === 'pending' && isRecent(proposedAt))
      .map(({ proposalId, author, reason }) => asked('proposal', proposalId, { from: author, words: reason })),
    ...(cache.get('handover', handoverViewSchema)?.handovers ?? [])
      .filter((one) => one.acceptedAt === null && one.endedAt === null && Date.parse(one.expiresAt) > nowMs())
      .map(({ handoverId, from, note }) => asked('handover', handoverId, { from, words: note })),
    ...options
      .followUps()
      .flatMap(({ entryId, text, followUp }) =>
        followUp !== null && Date.parse(followUp.by) <= nowMs()
          ? asked('follow_up', entryId, { from: followUp.who, words: text })
          : [],
      ),
  ];
  const isRecent = (at: string): boolean => Date.parse(at) > nowMs() - CALLS_FOR_MS;

  return {
    look: () => {
      const all = waiting();
      const fresh = all.filter(({ what, id }) => !told.includes(`${what}:${id}`));
      if (fresh.length === 0) return;
      told = [...told, ...fresh.map(({ what, id }) => `${what}:${id}`)].slice(-(REMEMBERED + all.length));
      // Remembered first: what is said twice after a crash is worse than what stands on the screen and was not said.
      cache.set(KEPT, told);
      // One stands for all of its kind that came at once: how many there are stands where they wait.
      for (const [first] of Map.groupBy(fresh, ({ what }) => what).values()) if (first !== undefined) publish(first);
    },
  };
};

const asked = (what: Asked['what'], id: string, { from, words }: { from: string; words: string }): Asked => ({
  event: 'asked',
  what,
  id,
  from,
  words: words.slice(0, 100),
});
