import type { LinkStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Cache } from '../buffer/cache.ts';
import type { Log } from '../lib/log.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { Reached } from '../postgres/driver.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { readIdentity, readSetup } from './setup.ts';

/** Whether the festival's database answers, and has what the console needs. */
export type Readiness = {
  reachable(): boolean;
  /** As the screens show it: a database that answers and is not set up says so. */
  link(): LinkStatus;
  /** The link has this status now, and has reached this server. */
  follow(status: LinkStatus, reached: Pick<Reached, 'incarnation'> | null): void;
  /** Looks whether the database is set up, now and then until it is. @returns whether it has become ready */
  examine(): Promise<boolean>;
};

/** How often a database that is not set up is examined again. */
const EXAMINE_MS = 5_000;
/** And one that did not answer. */
const AGAIN_MS = 500;

export const createReadiness = (options: {
  /** Asks whichever server the link has reached. */
  database: FestivalDatabase;
  cache: Cache;
  /** A server that is new to this laptop, or was started anew: until this answers nothing is done there. */
  recognise: (incarnation: string) => Promise<'known' | 'set_back'>;
  clock: Clock;
  log: Pick<Log, 'warn'>;
  /** The examination has found something else than before. */
  onChange: () => void;
}): Readiness => {
  const { database, cache, clock, log } = options;
  let link: LinkStatus = {
    state: 'connecting',
    since: new Date(clock.now()).toISOString(),
    roundTripMs: null,
    knownUpTo: null,
    reason: null,
    server: null,
  };
  /** `unknown`, `ready`, or the doctor's code for what is missing. */
  let setup = 'unknown';
  let incarnation: string | null = null;
  let examinedAt = Number.NEGATIVE_INFINITY;
  const answers = (): boolean => link.state === 'online' || link.state === 'degraded';

  return {
    reachable: () => answers() && setup === 'ready',
    link: () => (setup === 'ready' || setup === 'unknown' ? link : { ...link, reason: link.reason ?? setup }),
    follow: (status, reached) => {
      link = status;
      if (reached === null || reached.incarnation === incarnation) return;
      incarnation = reached.incarnation;
      setup = 'unknown';
      examinedAt = Number.NEGATIVE_INFINITY;
    },
    examine: singleFlight(async () => {
      if (!answers() || setup === 'ready' || clock.monotonic() - examinedAt < EXAMINE_MS) return false;
      examinedAt = clock.monotonic();
      const examined = incarnation;
      try {
        const found = await readSetup(database);
        if (found === 'ready') {
          // Everything is read again from where the database is now: this site ends.
          if (examined !== null && (await options.recognise(examined)) === 'set_back') return false;
          cache.set('identity', await readIdentity(database));
        }
        // Another one was reached meanwhile.
        if (incarnation !== examined) return false;
        setup = found;
      } catch (error) {
        log.warn('the database could not be examined', { error });
        examinedAt += AGAIN_MS - EXAMINE_MS;
        return false;
      }
      options.onChange();
      return setup === 'ready';
    }),
  };
};
