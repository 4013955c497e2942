import type { RegieEvent } from '../../shared/contract/events.ts';
import type { SystemStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { BLIND_MS, newestProbe, readBlindLaptops, recordSighting } from './canary.ts';

/** Follows the canaries on this laptop, whoever runs the engine (docs/detection.md, "Canary"). */
export type CanaryWatch = {
  /** Looks for a probe that is new here, and hands it to the renderer. */
  poll(): Promise<void>;
  /** The renderer has displayed it. */
  displayed(probeId: number): Promise<void>;
  /** Asks how the others see. */
  pollOthers(): Promise<void>;
  /** Monitoring was stopped and goes on again: nothing can have come before this. */
  resumed(): void;
  status(): SystemStatus['canary'];
  /** The same by the monotonic clock, for whoever judges what it means. */
  sight(): {
    /** When one that is new here last came. */
    readonly receivedMs: number;
    /** None has come yet since this laptop looks for one: `receivedMs` is when it began. */
    readonly noneCame: boolean;
    /** Since when none was displayed; null while they are. */
    readonly blindSinceMs: number | null;
    /** It is not too long, and none was displayed either since this laptop looks, or since its page came into view. */
    readonly noneDisplayed: boolean;
    /** Null: not asked yet. */
    readonly others: SystemStatus['canary']['others'] | null;
  };
};

export const createCanaryWatch = (options: {
  database: FestivalDatabase;
  laptop: string;
  clock: Clock;
  /** The database's clock minus this laptop's, milliseconds. */
  clockOffsetMs: () => number;
  /** Monitoring is stopped: no probe is planted, and no screen counts as blind. */
  stopped: () => boolean;
  /** Since when a page of this laptop is in view, by both of its clocks; null while none is. */
  watched: () => { readonly at: number; readonly monotonic: number } | null;
  publish: (event: RegieEvent) => void;
  log: Pick<Log, 'warn'>;
}): CanaryWatch => {
  const { database, laptop, clock, publish, log } = options;
  const instant = (at = clock.now()): string => new Date(at + options.clockOffsetMs()).toISOString();
  let newestSeen = 0;
  let received: { probeId: number; at: string } | undefined;
  // Nothing can have come before this; the first one has its time as well.
  let from = { at: instant(), monotonic: clock.monotonic() };
  let receivedMs = clock.monotonic();
  let noneCame = true;
  let displayedLast: string | null = null;
  let displayedMs = Number.NEGATIVE_INFINITY;
  let others: SystemStatus['canary']['others'] | null = null;

  /** Since when nothing was displayed that could have been; null while that is not too long. */
  const blindSince = (): { readonly at: string; readonly monotonic: number } | null => {
    const watched = options.watched();
    if (watched === null || options.stopped()) return null;
    // What no page could show, none has missed: the time counts from when one came into view.
    const since = watched.monotonic > from.monotonic ? { at: instant(watched.at), monotonic: watched.monotonic } : from;
    return clock.monotonic() - since.monotonic > BLIND_MS ? since : null;
  };

  return {
    poll: async () => {
      const newest = await database.read(newestProbe);
      if (newest === undefined || newest === newestSeen) return;
      newestSeen = newest;
      received = { probeId: newest, at: instant() };
      receivedMs = clock.monotonic();
      noneCame = false;
      publish({ event: 'canary', probeId: newest });
    },
    displayed: async (probeId) => {
      if (received?.probeId !== probeId) return;
      const displayedAt = instant();
      displayedMs = clock.monotonic();
      from = { at: displayedAt, monotonic: displayedMs };
      displayedLast = displayedAt;
      try {
        await recordSighting(database, { probeId, laptop, receivedAt: received.at, displayedAt });
      } catch (error) {
        log.warn('a canary was seen and could not be recorded', { error });
      }
    },
    pollOthers: async () => {
      others = await database.read((tx) => readBlindLaptops(tx, laptop));
    },
    resumed: () => {
      from = { at: instant(), monotonic: clock.monotonic() };
      receivedMs = clock.monotonic();
      others = [];
    },
    status: () => ({
      lastDisplayedAt: displayedLast,
      blindSince: blindSince()?.at ?? null,
      others: options.stopped() ? [] : (others ?? []),
    }),
    sight: () => ({
      ...{ receivedMs, noneCame },
      blindSinceMs: blindSince()?.monotonic ?? null,
      noneDisplayed: !options.stopped() && displayedMs < (options.watched()?.monotonic ?? Number.MIN_SAFE_INTEGER),
      others: options.stopped() ? [] : others,
    }),
  };
};
