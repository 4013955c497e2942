import type { SystemStatus } from '../../shared/contract/status.ts';

/** What is less than this off is not read on a screen, and the measured difference itself moves by milliseconds. */
const READ_MS = 1_000;

type OfThisLaptop = Pick<SystemStatus, 'link' | 'engine'>;

/**
 * Link and engine with their times by the festival's clock, by which every screen shows and ages them: a laptop whose clock is
 * a day ahead would call what is old new for a day.
 * @param offsetMs the festival's clock minus this laptop's
 */
export const inFestivalTime = ({ link, engine }: OfThisLaptop, offsetMs: number): OfThisLaptop => {
  if (Math.abs(offsetMs) < READ_MS) return { link, engine };
  const at = (instant: string): string => new Date(Date.parse(instant) + offsetMs).toISOString();
  const atOrNull = (instant: string | null): string | null => (instant === null ? null : at(instant));
  // Of another leader, all of this comes from the festival's database.
  const leads = engine.leader?.laptop === engine.laptop && engine.state !== 'standby';
  const { leader, breaker } = engine;
  return {
    link: { ...link, since: at(link.since), knownUpTo: atOrNull(link.knownUpTo) },
    engine: {
      ...engine,
      since: at(engine.since),
      lastCycleAt: atOrNull(engine.lastCycleAt),
      leader: leads && leader !== null ? { ...leader, since: at(leader.since) } : leader,
      breaker: leads
        ? {
            ...breaker,
            retryAt: atOrNull(breaker.retryAt),
            lastErrors: breaker.lastErrors.map((error) => ({ ...error, at: at(error.at) })),
          }
        : breaker,
    },
  };
};
