import { z } from 'zod';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import type { ReplayReport, Thresholds } from '../shared/contract/detectors.ts';
import type { RegieEvent } from '../shared/contract/events.ts';
import type { LinkStatus, SystemStatus } from '../shared/contract/status.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { Buffer } from './buffer/buffer.ts';
import { createMirror, type Mirror } from './buffer/mirror.ts';
import type { Config } from './config.ts';
import { type CanaryWatch, createCanaryWatch } from './engine/canary-watch.ts';
import type { ArrivalDetector } from './engine/detector.ts';
import { createEngine, type Engine } from './engine/index.ts';
import { replayThresholds } from './engine/replay.ts';
import { createLink, type Link } from './festival/link.ts';
import { createListener } from './festival/listener.ts';
import { type FestivalDatabase, openFestivalDatabase } from './festival/pool.ts';
import { sql } from './festival/sql.ts';
import type { Log } from './log.ts';
import { type CommandSink, createDirectSink } from './operations/commands.ts';
import { createFollower } from './operations/follower.ts';
import { recordPainted } from './operations/painted.ts';

/** Everything that works on one festival: link, engine, follower, commands. Another festival gets another one. */
export type ConnectedFestival = {
  readonly database: FestivalDatabase;
  readonly mirror: Mirror;
  readonly engine: Engine;
  readonly commands: CommandSink;
  readonly canary: CanaryWatch;
  /** Judges recorded history again with other thresholds; one at a time, a new one cancels the one before. */
  replay(detector: ArrivalDetector, thresholds: Thresholds, hours: number): Promise<ReplayReport | 'cancelled'>;
  cancelReplay(): void;
  /** These events are on this laptop's screen for the first time. Lost while the festival does not answer. */
  painted(eventIds: readonly number[]): Promise<void>;
  status(): SystemStatus;
  /** Whether the festival's database answers and is set up. */
  reachable(): boolean;
  close(): Promise<void>;
};

/** The poll under LISTEN, which is only a hint (detectors.md). */
const POLL_MS = 1_000;
/** How often a laptop says that it is there. */
const PRESENCE_MS = 5_000;
/** How often a database that is not set up is looked at again. */
const SETUP_RETRY_MS = 5_000;
/** `console.changes` is kept for an hour: after a longer silence everything is loaded afresh. */
const CHANGES_TRUSTED_MS = 30 * 60_000;
const CONNECTIONS = 6;

const setupRow = z.object({ festival: z.boolean(), console: z.boolean(), usable: z.boolean() });

/** Connects to a festival. Returns at once: the link says when it is there, and tries for as long as it is not. */
export const connectFestival = (options: {
  settings: ConnectionSettings;
  laptop: string;
  intervals: Config['intervals'];
  buffer: Buffer;
  clock: Clock;
  /** 0 ≤ random() < 1, for the jitter of reconnects. */
  random: () => number;
  log: Log;
  publish: (event: RegieEvent) => void;
}): ConnectedFestival => {
  const { settings, laptop, clock, random, log, publish } = options;
  const applicationName = `regie/${laptop}`;
  const database = openFestivalDatabase({
    settings,
    applicationName,
    size: CONNECTIONS,
    onError: (error) => log.warn('an idle connection broke', { error }),
  });
  const mirror = createMirror(options.buffer);
  const follower = createFollower({ database, mirror, publish, log });

  let link: LinkStatus = {
    state: 'connecting',
    since: new Date(clock.now()).toISOString(),
    roundTripMs: null,
    knownUpTo: null,
    reason: null,
  };
  // Assigned below: its first report may come before its maker has returned.
  let connection: Link | undefined;
  let setup: 'unknown' | 'ready' | string = 'unknown';
  let setupCheckedAt = Number.NEGATIVE_INFINITY;
  let lastAnsweredAt = clock.monotonic();
  let started = false;
  let closed = false;

  const answers = (): boolean => link.state === 'online' || link.state === 'degraded';
  const reachable = (): boolean => answers() && setup === 'ready';
  const status = (): SystemStatus => ({
    link: setup === 'ready' || setup === 'unknown' ? link : { ...link, reason: link.reason ?? setup },
    engine: engine.status(),
    clockOffsetMs: connection?.clockOffsetMs() ?? 0,
    waiting: 0,
    canary: canary.status(),
  });
  const publishStatus = (): void => {
    if (!closed) publish({ event: 'status', status: status() });
  };

  const engine = createEngine({
    database,
    laptop,
    clock,
    log,
    onStatus: publishStatus,
    ...(options.intervals === undefined ? {} : { intervals: options.intervals }),
  });

  const canary = createCanaryWatch({
    database,
    laptop,
    clock,
    clockOffsetMs: () => connection?.clockOffsetMs() ?? 0,
    publish,
    log,
  });

  const look = async (): Promise<void> => {
    if (!reachable() || closed) return;
    try {
      await follower.look();
      await canary.look();
      lastAnsweredAt = clock.monotonic();
    } catch (error) {
      if (!closed) log.warn('the follower could not read', { error });
    }
  };

  let sight = '';
  const report = async (): Promise<void> => {
    if (closed) return;
    try {
      if (reachable()) await canary.report();
    } catch (error) {
      if (!closed) log.warn('this laptop could not say that it is there', { error });
    }
    const { blindSince, others } = canary.status();
    const now = JSON.stringify([blindSince, others]);
    if (now !== sight) publishStatus();
    sight = now;
  };

  let replaying: AbortController | undefined;

  /** Engine and follower begin when the database answers and has what they need. */
  const begin = async (): Promise<void> => {
    if (closed || !answers()) return;
    if (setup !== 'ready') {
      if (clock.monotonic() - setupCheckedAt < SETUP_RETRY_MS) return;
      setupCheckedAt = clock.monotonic();
      try {
        setup = await readSetup(database);
      } catch (error) {
        log.warn('the database could not be examined', { error });
        return;
      }
      publishStatus();
      if (setup !== 'ready') return;
    }
    if (!started) {
      started = true;
      engine.start();
    }
    if (clock.monotonic() - lastAnsweredAt > CHANGES_TRUSTED_MS) follower.restart();
    await look();
  };

  connection = createLink({
    settings,
    applicationName,
    clock,
    random,
    onStatus: (next) => {
      link = next;
      publishStatus();
      void begin();
    },
  });
  const listener = createListener({
    settings,
    applicationName,
    channel: 'regie_changes',
    random,
    onNotify: (payload) => {
      if (payload === null || payload === 'engine') engine.wake();
      if (payload !== 'engine') void look();
    },
  });
  const poll = setInterval(() => void look(), POLL_MS);
  const presence = setInterval(() => void report(), PRESENCE_MS);

  return {
    database,
    mirror,
    engine,
    commands: createDirectSink({ database, reachable, settle: look, log }),
    canary,
    replay: async (detector, thresholds, hours) => {
      replaying?.abort();
      const own = new AbortController();
      replaying = own;
      try {
        return await replayThresholds({
          database,
          detector,
          thresholds,
          hours,
          signal: own.signal,
          onProgress: (done, total) => publish({ event: 'replay', done, total }),
        });
      } catch (error) {
        if (own.signal.aborted) return 'cancelled';
        throw error;
      }
    },
    cancelReplay: () => replaying?.abort(),
    painted: async (eventIds) => {
      if (!reachable() || closed) return;
      try {
        await recordPainted(database, eventIds, laptop);
      } catch (error) {
        log.warn('what was painted could not be recorded', { error });
      }
    },
    status,
    reachable,
    close: async () => {
      if (closed) return;
      closed = true;
      clearInterval(poll);
      clearInterval(presence);
      replaying?.abort();
      await engine.close();
      await listener.close();
      await connection?.close();
      await database.close();
      options.buffer.close();
    },
  };
};

/** `ready`, or the doctor's code for what is missing. Asks the catalogue, which every login may read. */
const readSetup = async (database: FestivalDatabase): Promise<string> => {
  const found = await database.read((tx) =>
    tx.row(
      setupRow,
      sql`/* regie:setup */
        select to_regclass('public.table_cards') is not null and to_regclass('public.app_transaction_log') is not null as festival,
          exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'console' and c.relname = 'watermarks') as console,
          coalesce((select has_schema_privilege(oid, 'usage') from pg_namespace where nspname = 'console'), false) as usable`,
    ),
  );
  if (!found.festival) return 'festival_tables_missing';
  if (!found.console) return 'migrations_missing';
  return found.usable ? 'ready' : 'migrations_hidden';
};
