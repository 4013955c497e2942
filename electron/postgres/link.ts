import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { LinkStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { hostName } from '../../shared/domain/database-hosts.ts';
import { type BackoffBounds, backoffMs, createPause, RECONNECT } from '../lib/backoff.ts';
import { explainConnectionError } from '../lib/postgres-errors.ts';
import type { Reached } from './driver.ts';
import { createServers, NoPrimary, type Servers } from './servers.ts';
import { openSession, type Session } from './session.ts';
import { sql } from './sql.ts';

/** The console's link to the festival's database, measured by a probe on a connection of its own. */
export type Link = {
  status(): LinkStatus;
  /** The database's clock minus this laptop's, milliseconds; null until the first answer. */
  clockOffsetMs(): number | null;
  /** Tries at once instead of waiting for the next attempt: the network is back, or somebody pressed the button. */
  retryNow(): void;
  close(): Promise<void>;
};

type LinkTimings = {
  readonly probeEveryMs: number;
  /** A probe without an answer for so long has failed, and its socket is destroyed. */
  readonly probeTimeoutMs: number;
  /** Above this round trip the link is degraded. */
  readonly slowMs: number;
  readonly reconnect: BackoffBounds;
};

/** Together they notice a half-open connection within 5 s. */
const TIMINGS: LinkTimings = { probeEveryMs: 2_000, probeTimeoutMs: 3_000, slowMs: 1_000, reconnect: RECONNECT };

export type LinkOptions = {
  settings: ConnectionSettings;
  /** Shared by all connections of a site. */
  servers?: Servers;
  applicationName: string;
  clock: Clock;
  /** 0 ≤ random() < 1, for the jitter. */
  random?: () => number;
  /**
   * Called with every change and with every answered probe; the offset is 0 until the first answer. `reached`: what the
   * probe's connection goes to; null before the first one.
   */
  onStatus: (status: LinkStatus, clockOffsetMs: number, reached: Reached | null) => void;
  timings?: Partial<LinkTimings>;
};

/** Starts probing at once and goes on until closed. Nothing it meets is thrown: it all becomes status. */
export const createLink = (options: LinkOptions): Link => {
  const { settings, clock, random = Math.random } = options;
  const timings: LinkTimings = { ...TIMINGS, ...options.timings };
  const abort = new AbortController();
  const pause = createPause(abort.signal);
  const instant = () => new Date(clock.now()).toISOString();
  const offsets = createOffsets();
  const servers = options.servers ?? createServers(settings);
  let attempts = 0;
  let reached: Reached | null = null;
  let status: LinkStatus = {
    state: 'connecting',
    since: instant(),
    roundTripMs: null,
    knownUpTo: null,
    reason: null,
    server: null,
  };

  const become = (next: Omit<LinkStatus, 'since'>): void => {
    if (abort.signal.aborted) return;
    status = { ...next, since: next.state === status.state ? status.since : instant() };
    options.onStatus(status, offsets.best() ?? 0, reached);
  };

  const down = (error: unknown, state: 'degraded' | 'offline'): void => {
    const { code } = explainConnectionError(error, settings);
    if (status.state === state && status.reason === code) return;
    become({ ...status, state, reason: code });
  };

  const probe = async (session: Session): Promise<void> => {
    const sentAt = clock.now();
    const started = clock.monotonic();
    // Slow is known before the answer is.
    const slow = setTimeout(() => become({ ...status, state: 'degraded', reason: 'link_slow' }), timings.slowMs);
    try {
      const { now_ms: databaseMs, replica } = await session.row(
        z.object({ now_ms: z.number(), replica: z.boolean() }),
        sql`/* regie:probe */
          select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms, pg_is_in_recovery() as replica`,
      );
      if (!servers.admits({ ...session.reached, replica, incarnation: servers.recognised() ?? '' })) {
        throw new NoPrimary('the server takes no writes any more');
      }
      const roundTripMs = Math.max(0, clock.monotonic() - started);
      offsets.add(databaseMs - (sentAt + roundTripMs / 2), roundTripMs);
      const late = roundTripMs > timings.slowMs;
      become({
        state: late ? 'degraded' : 'online',
        roundTripMs,
        knownUpTo: instant(),
        reason: late ? 'link_slow' : null,
        server: hostName(session.server),
      });
    } finally {
      clearTimeout(slow);
    }
  };

  const probeUntilLost = async (): Promise<void> => {
    const session = await openSession({
      settings,
      servers,
      applicationName: options.applicationName,
      connectTimeoutMs: timings.probeTimeoutMs,
      answerTimeoutMs: timings.probeTimeoutMs,
      signal: abort.signal,
    });
    reached = session.reached;
    // A connection that ends between two probes is noticed now, not at the next one.
    let probing = true;
    session.onEnd(() => probing && pause.wake());
    try {
      while (!abort.signal.aborted) {
        await probe(session);
        attempts = 0;
        await pause.sleep(timings.probeEveryMs);
      }
    } finally {
      probing = false;
      session.destroy();
    }
  };

  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const answered = status.knownUpTo;
      try {
        await probeUntilLost();
      } catch (error) {
        if (abort.signal.aborted) return;
        // A link that answered a moment ago gets one attempt before it is called offline.
        const worked = status.knownUpTo !== answered;
        down(error, worked ? 'degraded' : 'offline');
        if (worked) continue;
      }
      await pause.sleep(backoffMs(attempts, random, timings.reconnect));
      attempts += 1;
    }
  };
  const running = run();

  return {
    status: () => status,
    clockOffsetMs: offsets.best,
    retryNow: () => {
      attempts = 0;
      pause.wake();
    },
    close: async () => {
      abort.abort();
      await running;
    },
  };
};

/** Of the last eight probes the one with the shortest round trip says most exactly how the clocks differ. */
const createOffsets = () => {
  const samples: { offsetMs: number; roundTripMs: number }[] = [];
  return {
    add: (offsetMs: number, roundTripMs: number): void => {
      samples.push({ offsetMs, roundTripMs });
      if (samples.length > 8) samples.shift();
    },
    best: (): number | null => {
      const [first, ...others] = samples;
      if (first === undefined) return null;
      return others.reduce((best, one) => (one.roundTripMs < best.roundTripMs ? one : best), first).offsetMs;
    },
  };
};
