import { v7 as uuid } from 'uuid';
import type { Outside } from '../../shared/contract/outside.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { reasonFor } from '../operations/escalation/not-sent.ts';
import { post } from '../operations/escalation/post.ts';

/** Tells somebody outside, as long as canaries are displayed here: whoever stops hearing of it knows that something is wrong. */
export type Heartbeat = {
  view(): NonNullable<Outside['heartbeat']>;
  close(): Promise<void>;
};

const EVERY_MS = 60_000;
/** How often it is looked whether it is time. */
const LOOK_MS = 5_000;

/**
 * Sends one at most once a minute, and only when a canary was displayed since the last attempt: a console that nobody can
 * see is not alive. The address is a secret: it stands in no log and on no screen.
 * @param options.displayedAt when a canary was last displayed here
 */
export const startHeartbeat = (options: {
  url: string;
  displayedAt: () => string | null;
  clock: Pick<Clock, 'monotonic'>;
  /** The time as the screens show it. */
  instant: () => string;
  log: Pick<Log, 'info' | 'warn'>;
  everyMs?: number;
}): Heartbeat => {
  const { url, displayedAt, clock, instant, log, everyMs = EVERY_MS } = options;
  let tried = { at: Number.NEGATIVE_INFINITY, displayedAt: null as string | null };
  let view: NonNullable<Outside['heartbeat']> = { sentAt: null, failing: null };

  const send = singleFlight(async () => {
    const displayed = displayedAt();
    if (displayed === null || displayed === tried.displayedAt || clock.monotonic() - tried.at < everyMs) return;
    tried = { at: clock.monotonic(), displayedAt: displayed };
    try {
      await post(url, { json: {}, headers: {}, id: uuid() });
      if (view.failing !== null) log.info('heartbeats are received again');
      view = { sentAt: instant(), failing: null };
    } catch (error) {
      const reason = reasonFor(error);
      if (view.failing === null) log.warn('the heartbeat was not received', reason);
      view = { ...view, failing: { since: view.failing?.since ?? instant(), reason } };
    }
  });
  const timer = setInterval(() => void send(), Math.min(LOOK_MS, everyMs));
  timer.unref();

  return {
    view: () => view,
    close: async () => {
      clearInterval(timer);
      await send.settled();
    },
  };
};
