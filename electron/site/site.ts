import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { ReplayReport, Thresholds } from '../../shared/contract/detectors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import {
  type BufferFinding,
  type LinkStatus,
  monitoringStopSchema,
  type SystemStatus,
} from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Buffer } from '../buffer/buffer.ts';
import { createKept, type Kept } from '../buffer/cache.ts';
import { createCardCopy } from '../buffer/card-copy.ts';
import { createMirror } from '../buffer/mirror.ts';
import { createOutbox, type Outbox } from '../buffer/outbox.ts';
import { createRunCopy } from '../buffer/run-copy.ts';
import type { Config } from '../config.ts';
import { replayThresholds } from '../engine/backtest/backtest.ts';
import { type CanaryWatch, createCanaryWatch } from '../engine/canary-watch.ts';
import type { ArrivalDetector } from '../engine/detector.ts';
import { readDetectors } from '../engine/detector-report.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { readHealth } from '../engine/health-report.ts';
import { createOrderTaker } from '../engine/requests.ts';
import type { Log } from '../lib/log.ts';
import { recordPainted } from '../operations/alerts/displayed.ts';
import { createFollower } from '../operations/alerts/follower.ts';
import { createCardFollower } from '../operations/cards/card-follower.ts';
import { createKnownCards, type KnownCards } from '../operations/cards/cards.ts';
import { createSlices } from '../operations/corrections/batches.ts';
import { createProposalFollower } from '../operations/corrections/proposal-follower.ts';
import { createDispatcher } from '../operations/escalation/dispatch.ts';
import { readEscalationView } from '../operations/escalation/settings.ts';
import { readHandovers } from '../operations/handover/handover-view.ts';
import { type KnownOperator, knownOperatorSchema, readOperators } from '../operations/operators/operators.ts';
import { createEvidenceKeeper } from '../operations/runbooks/evidence.ts';
import { createFestivalEvidence, type FestivalEvidence } from '../operations/runbooks/festival-evidence.ts';
import { createRunFollower } from '../operations/runbooks/run-follower.ts';
import type { RunbookLibrary } from '../operations/runbooks/runbook-library.ts';
import { subjectOf } from '../outbox/ordering-keys.ts';
import { createOverlay, type Overlay } from '../outbox/overlay.ts';
import { createReplay, type Replay } from '../outbox/sender.ts';
import { createTeam, type Team } from '../outbox/team.ts';
import { createLink, type Link } from '../postgres/link.ts';
import { createListener } from '../postgres/listener.ts';
import { type FestivalDatabase, openFestivalDatabase } from '../postgres/pool.ts';
import { readBuildSchema, readDatabaseSchema, whyUnfit } from '../postgres/schema-state.ts';
import { sql } from '../postgres/sql.ts';
import { createPresence, type Presence } from './presence.ts';

/** Everything that works on one festival: link, engine, follower, commands. Another festival gets another one. */
export type ConnectedFestival = {
  readonly database: FestivalDatabase;
  /** Alerts as the screens show them: the laptop's copy with what waits on top. */
  readonly alerts: Overlay['view'];
  /** Runs of runbooks that belong to no alert, in the same way. */
  readonly runs: Overlay['runs'];
  readonly festivalEvidence: FestivalEvidence;
  readonly cards: KnownCards;
  readonly kept: Kept;
  readonly outbox: Outbox;
  readonly engine: Engine;
  readonly replay: Replay;
  readonly canary: CanaryWatch;
  readonly presence: Pick<Presence, 'show' | 'report'>;
  readonly team: Pick<Team, 'view'>;
  /** Judges recorded history again with other thresholds; one at a time, a new one cancels the one before. */
  judgeAgain(detector: ArrivalDetector, thresholds: Thresholds, hours: number): Promise<ReplayReport | 'cancelled'>;
  cancelJudging(): void;
  /** These events are on this laptop's screen for the first time. Lost while the festival does not answer. */
  painted(eventIds: readonly number[]): Promise<void>;
  /** Who can sign in, as this laptop last heard; undefined before the festival has ever answered. */
  operators(): readonly KnownOperator[] | undefined;
  /** Reads the operators afresh. */
  readOperators(): Promise<void>;
  status(): SystemStatus;
  /** Which festival this is, wherever its database is reached; undefined before the first connect. */
  festivalId(): string | undefined;
  /** Tries the festival's database at once. */
  retry(): void;
  /** Whether the festival's database answers and is set up. */
  reachable(): boolean;
  close(): Promise<void>;
};

/** The poll under LISTEN, which is only a hint (detectors.md). */
const POLL_MS = 1_000;
/** How often a laptop says that it is there. */
const PRESENCE_MS = 5_000;
const LEAVE_MS = 500;
/** How often a database that is not set up is looked at again. */
const SETUP_RETRY_MS = 5_000;
/** `console.changes` is kept for an hour: after a longer silence everything is loaded afresh. */
const CHANGES_TRUSTED_MS = 30 * 60_000;
const CONNECTIONS = 6;
const STATUS_GATHER_MS = 100;
/** Between two pages of a long copy: the engine and the operators come first. */
const COPY_REST_MS = 50;
/** How often answers are fetched that are shown while the festival does not answer. */
const KEEP_EVERY_MS = 60_000;

const setupRow = z.object({ festival: z.boolean(), console: z.boolean(), usable: z.boolean() });

/** Connects to a festival. Returns at once: the link says when it is there, and tries for as long as it is not. */
export const connectFestival = (options: {
  settings: ConnectionSettings;
  laptop: string;
  /** IANA zone of the festival. */
  timeZone: string;
  /** Who is signed in on it. */
  operator: () => string | null;
  /** Operators were made or changed. */
  onOperators: (operators: readonly KnownOperator[]) => void;
  intervals: Config['intervals'];
  /** The laptop's copy of the festival. */
  mirror: Buffer;
  /** What its operators did. */
  outbox: Buffer;
  runbooks: RunbookLibrary;
  /** Damaged files that nobody has been told of yet. */
  findings: () => readonly BufferFinding[];
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
  const mirror = createMirror(options.mirror);
  const kept = createKept(options.mirror);
  const copy = createCardCopy(options.mirror);
  const outbox = createOutbox(options.outbox);
  // Assigned below: its first report may come before its maker has returned.
  let connection: Link | undefined;
  const unsettled = outbox.unsettled();
  const runCopy = createRunCopy(options.mirror);
  const runFollower = createRunFollower({
    database,
    copy: runCopy,
    onChange: () => publish({ event: 'runbooks' }),
  });
  const overlay = createOverlay({
    mirror,
    runs: runCopy,
    unsettled,
    refresh: async ({ command }) => {
      await Promise.all([look(), command.startsWith('runbook.') ? lookAtRuns() : undefined]);
    },
    publish: (event) => {
      publish(event);
      if (event.event === 'alerts') team.alertsChanged(event.changed.map(({ incidentId }) => incidentId));
    },
  });
  const team = createTeam({
    database,
    kept,
    alerts: overlay.view,
    unsettled,
    operator: options.operator,
    clock,
    clockOffsetMs: () => connection?.clockOffsetMs() ?? 0,
    publish,
  });
  const cardFollower = createCardFollower({ database, copy });
  const { runbooks } = options;
  const evidence = createEvidenceKeeper({ database, mirror, kept, runbooks, clock, log });
  const festivalEvidence = createFestivalEvidence({ database, kept, runs: overlay.runs, runbooks, clock, log });
  const follower = createFollower({
    database,
    mirror,
    log,
    publish: (event) => {
      if (event.event === 'raised') return team.raise(event);
      if (event.event !== 'alerts') return publish(event);
      cardFollower.refresh(event.changed.flatMap(({ lead }) => lead.cardId ?? []));
      publish({ ...event, changed: event.changed.map(overlay.over) });
      team.alertsChanged(event.changed.map(({ incidentId }) => incidentId));
    },
  });

  let link: LinkStatus = {
    state: 'connecting',
    since: new Date(clock.now()).toISOString(),
    roundTripMs: null,
    knownUpTo: null,
    reason: null,
  };
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
    stopped: stopped(),
    laptops: [...presence.others()],
    clockOffsetMs: connection?.clockOffsetMs() ?? 0,
    waiting: outbox.counts().waiting,
    undecided: outbox.counts().undecided,
    replaying: replay.progress(),
    disk: { full: replay.diskFull(), findings: [...options.findings()] },
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
    onStatus: () => {
      noteStop();
      publishStatus();
    },
    ...(options.intervals === undefined ? {} : { intervals: options.intervals }),
  });

  /** As the engine last saw it; before that, as this laptop last knew it. */
  let stopKnown = kept.answer('monitoring', monitoringStopSchema.nullable()) ?? null;
  const stopped = (): SystemStatus['stopped'] => stopKnown;
  const noteStop = (): void => {
    const now = engine.stopped();
    if (now === undefined || JSON.stringify(now) === JSON.stringify(stopKnown)) return;
    if (now === null) canary.resumed();
    stopKnown = now;
    kept.keep('monitoring', now);
  };

  const orders = createOrderTaker({ database, engine, laptop, log });
  const takeOrders = async (): Promise<void> => {
    try {
      if (!closed && reachable()) await orders.look();
    } catch (error) {
      if (!closed) log.warn('what was ordered of the engine could not be looked after', { error });
    }
  };

  const canary = createCanaryWatch({
    database,
    laptop,
    clock,
    clockOffsetMs: () => connection?.clockOffsetMs() ?? 0,
    stopped: () => stopKnown !== null,
    publish,
    log,
  });

  const presence = createPresence({ database, laptop, operator: options.operator, onChange: publishStatus });
  /** While the festival does not answer there is nobody to tell; the first report after it tells all. */
  const whileReachable = async (work: () => Promise<void>): Promise<void> => {
    if (closed || !reachable()) return;
    try {
      await work();
    } catch (error) {
      if (!closed) log.warn('this laptop could not say that it is there', { error });
    }
  };

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

  const lookAtRuns = async (): Promise<void> => {
    if (!reachable() || closed) return;
    try {
      await runFollower.look();
    } catch (error) {
      if (!closed) log.warn('the runs of the festival could not be read', { error });
    }
  };

  /** Status changes with every command; a replay of thousands is told of ten times a second. */
  let statusTimer: NodeJS.Timeout | undefined;
  const replay = createReplay({
    outbox,
    database,
    reachable,
    subjectOf: (command) =>
      subjectOf(command, { ofEvent: overlay.view.byEvent, ofRun: overlay.view.byRun, ofProposal: proposals.find }),
    onChange: (stored, change) => {
      overlay.changed(stored, change);
      team.outboxChanged(stored, change);
      statusTimer ??= setTimeout(() => {
        statusTimer = undefined;
        publishStatus();
      }, STATUS_GATHER_MS);
    },
    onDiskFull: publishStatus,
    clock,
    random,
    log,
  });

  /** Copies of what screens and runbooks need without the network. Behind everything else, one at a time. */
  let copying: Promise<void> | undefined;
  let keptAt = Number.NEGATIVE_INFINITY;
  const copyOn = (): void => {
    if (copying !== undefined) return;
    copying = (async () => {
      for (let more = true; more && reachable() && !closed; ) {
        const cards = await cardFollower.look();
        const evidenceLeft = await evidence.look();
        const festivalLeft = await festivalEvidence.look();
        more = cards || evidenceLeft || festivalLeft;
        await sleep(COPY_REST_MS);
      }
      if (reachable() && !closed && clock.monotonic() - keptAt > KEEP_EVERY_MS) {
        keptAt = clock.monotonic();
        await keepAnswers({ database, kept });
      }
    })()
      .catch((error) => {
        if (!closed) log.warn('what is kept for bad times could not be fetched', { error });
      })
      .finally(() => {
        copying = undefined;
      });
  };

  const dispatcher = createDispatcher({ database, laptop, timeZone: options.timeZone, clock, log });
  const escalate = async (): Promise<void> => {
    const { state } = engine.status();
    // While monitoring is stopped nobody leads, and what operators order goes out all the same.
    if (closed || !reachable() || (state !== 'running' && state !== 'stopped')) return;
    try {
      await dispatcher.look(state === 'running');
    } catch (error) {
      if (!closed) log.warn('the escalation could not be looked after', { error });
    }
  };

  let people = '';
  const keepOperators = async (): Promise<void> => {
    const operators = await database.read(readOperators);
    const now = JSON.stringify(operators);
    if (now === people) return;
    people = now;
    kept.keep('operators', operators);
    options.onOperators(operators);
    publish({ event: 'operators' });
  };

  let handovers = '';
  const keepHandovers = async (): Promise<void> => {
    const view = await database.read(readHandovers);
    kept.keep('handover', view);
    const now = JSON.stringify([view.handovers, view.decisions]);
    if (now !== handovers) publish({ event: 'handover' });
    handovers = now;
  };

  const slices = createSlices({ database, reachable: () => reachable() && !closed, log });
  const proposals = createProposalFollower({ database, kept, slices, publish });

  let sight = '';
  const report = async (): Promise<void> => {
    if (closed) return;
    await whileReachable(async () => {
      await presence.report();
      await canary.lookAtOthers();
      kept.keep('escalation', await database.read(readEscalationView));
      await keepOperators();
      await keepHandovers();
      await team.look();
      await lookAtRuns();
      await proposals.look();
    });
    const { blindSince, others } = canary.status();
    const now = JSON.stringify([blindSince, others]);
    if (now !== sight) publishStatus();
    sight = now;
  };

  let judging: AbortController | undefined;

  /** Engine and follower begin when the database answers and has what they need. */
  const begin = async (): Promise<void> => {
    if (closed || !answers()) return;
    if (setup !== 'ready') {
      if (clock.monotonic() - setupCheckedAt < SETUP_RETRY_MS) return;
      setupCheckedAt = clock.monotonic();
      try {
        setup = await readSetup(database);
        if (setup === 'ready') {
          kept.keep('identity', await readIdentity(database));
          await keepOperators();
        }
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
      void report();
    }
    if (clock.monotonic() - lastAnsweredAt > CHANGES_TRUSTED_MS) follower.restart();
    replay.wake();
    await look();
    void lookAtRuns();
    copyOn();
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
      if (payload === 'laptops') void whileReachable(presence.look);
      else if (payload === 'handover') void whileReachable(keepHandovers);
      else if (payload === 'proposals') void whileReachable(proposals.look);
      else if (payload === 'operators') void whileReachable(keepOperators);
      else if (payload === 'team') void whileReachable(team.look);
      else if (payload === 'runbooks') void lookAtRuns();
      else if (payload === 'orders') void takeOrders();
      else if (payload !== 'engine') void look();
    },
  });
  const poll = setInterval(() => {
    void look();
    void escalate();
    team.tick();
    void takeOrders();
    copyOn();
  }, POLL_MS);
  const heartbeat = setInterval(() => void report(), PRESENCE_MS);

  return {
    database,
    alerts: overlay.view,
    runs: overlay.runs,
    festivalEvidence,
    cards: createKnownCards({ database, copy, overlay }),
    kept,
    outbox,
    engine,
    replay,
    canary,
    team,
    presence: {
      show: (incidentId) => whileReachable(() => presence.show(incidentId)),
      report: () => whileReachable(presence.report),
    },
    judgeAgain: async (detector, thresholds, hours) => {
      judging?.abort();
      const own = new AbortController();
      judging = own;
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
    cancelJudging: () => judging?.abort(),
    painted: async (eventIds) => {
      if (!reachable() || closed) return;
      try {
        await recordPainted(database, eventIds, laptop);
      } catch (error) {
        log.warn('what was painted could not be recorded', { error });
      }
    },
    operators: () => kept.answer('operators', z.array(knownOperatorSchema)),
    readOperators: keepOperators,
    status,
    festivalId: () => kept.answer('identity', z.uuid()),
    retry: () => connection?.retryNow(),
    reachable,
    close: async () => {
      if (closed) return;
      closed = true;
      // The others would notice by themselves after a while: nothing waits for it longer than a moment.
      if (reachable()) await Promise.race([presence.leave().catch(() => {}), sleep(LEAVE_MS)]);
      clearInterval(poll);
      clearInterval(heartbeat);
      clearTimeout(statusTimer);
      judging?.abort();
      await dispatcher.close();
      await orders.close();
      await slices.close();
      await engine.close();
      await replay.close();
      await listener.close();
      await connection?.close();
      await database.close();
      await copying;
      overlay.close();
      options.mirror.close();
      options.outbox.close();
    },
  };
};

const readIdentity = async (database: FestivalDatabase): Promise<string> => {
  const { id } = await database.read((tx) =>
    tx.row(z.object({ id: z.uuid() }), sql`/* regie:setup */ select festival_id::text as id from console.identity`),
  );
  return id;
};

const keepAnswers = async ({ database, kept }: { database: FestivalDatabase; kept: Kept }): Promise<void> => {
  kept.keep('detectors', await readDetectors(database));
  kept.keep('health', await readHealth(database));
};

/** `ready`, or the doctor's code for what is missing. Asks the catalogue, which every login may read. */
const readSetup = async (database: FestivalDatabase): Promise<string> => {
  const { schema, ...found } = await database.read(async (tx) => {
    const row = await tx.row(
      setupRow,
      sql`/* regie:setup */
        select to_regclass('public.table_cards') is not null and to_regclass('public.app_transaction_log') is not null as festival,
          exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'console' and c.relname = 'identity') as console,
          coalesce((select has_schema_privilege(oid, 'usage') from pg_namespace where nspname = 'console'), false) as usable`,
    );
    return { ...row, schema: row.console && row.usable ? await readDatabaseSchema(tx) : undefined };
  });
  if (!found.festival) return 'festival_tables_missing';
  if (!found.console) return 'migrations_missing';
  if (schema === undefined) return 'migrations_hidden';
  return whyUnfit(readBuildSchema(), schema) ?? 'ready';
};
