import { setTimeout as sleep } from 'node:timers/promises';
import type { EnrolledLaptop } from '../../shared/contract/laptops.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { FestivalSettings } from '../../shared/domain/festival-settings.ts';
import { offersHighLoad } from '../../shared/domain/high-load.ts';
import type { CanaryWatch } from '../engine/canary-watch.ts';
import { readDetectors } from '../engine/detector-report.ts';
import type { Engine } from '../engine/engine.ts';
import { readHealth } from '../engine/health-report.ts';
import { readCurves, readPulse } from '../engine/overview-report.ts';
import type { RequestTaker } from '../engine/requests.ts';
import { readTraffic } from '../engine/traffic-report.ts';
import type { AlarmQualityBook } from '../operations/alerts/alarm-quality.ts';
import type { Follower } from '../operations/alerts/follower.ts';
import type { AuditWitness } from '../operations/audit/audit-witness.ts';
import type { CardFollower } from '../operations/cards/card-follower.ts';
import { readRegisterCopy } from '../operations/corrections/copied-register.ts';
import type { ProposalFollower } from '../operations/corrections/proposal-follower.ts';
import type { DatabaseWatch } from '../operations/database/database-watch.ts';
import { readHighLoad } from '../operations/database/high-load.ts';
import type { Dispatcher } from '../operations/escalation/dispatch.ts';
import { readEscalationView } from '../operations/escalation/settings.ts';
import { readFestivalSettings } from '../operations/festival/festival-settings.ts';
import { readHandovers } from '../operations/handover/handover-view.ts';
import { catchUpHistory } from '../operations/history/find-history.ts';
import { readLaptops } from '../operations/laptops/laptops.ts';
import { readMaintenance } from '../operations/maintenance/maintenance-view.ts';
import { type KnownOperator, readOperators } from '../operations/operators/operators.ts';
import { readSigned } from '../operations/reports/signatures.ts';
import type { EvidenceKeeper } from '../operations/runbooks/evidence.ts';
import type { FestivalEvidence } from '../operations/runbooks/festival-evidence.ts';
import type { RunFollower } from '../operations/runbooks/run-follower.ts';
import type { LocalMessages } from '../operations/troubles/local-messages.ts';
import type { TroubleKeeper } from '../operations/troubles/trouble-keeper.ts';
import { endTroublesOfGone } from '../operations/troubles/troubles.ts';
import type { ChecklistBook } from '../outbox/checklist-book.ts';
import type { LogBook } from '../outbox/log-book.ts';
import type { Team } from '../outbox/team.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { Asks } from './asks.ts';
import type { DatabaseBackups } from './database-backups.ts';
import type { Presence } from './presence.ts';
import type { Recognition } from './recognition.ts';
import type { TroubleWatch } from './trouble-watch.ts';
import type { Watcher } from './watch.ts';

/** What the watchers watch with. */
export type WatcherParts = {
  readonly database: FestivalDatabase;
  readonly engine: Pick<Engine, 'wake' | 'leads' | 'status'>;
  readonly requests: RequestTaker;
  readonly canary: CanaryWatch;
  readonly presence: Presence;
  readonly witness: AuditWitness;
  readonly team: Team;
  readonly logBook: Pick<LogBook, 'refresh'>;
  readonly checklists: Pick<ChecklistBook, 'refresh'>;
  readonly alerts: Follower;
  readonly alarmQuality: AlarmQualityBook;
  readonly databaseWatch: Pick<DatabaseWatch, 'sample'>;
  readonly runs: RunFollower;
  readonly cards: CardFollower;
  readonly evidence: EvidenceKeeper;
  readonly festivalEvidence: FestivalEvidence;
  readonly asks: Asks;
  readonly troubles: TroubleKeeper;
  readonly troubleWatch: TroubleWatch;
  readonly localMessages: LocalMessages;
  readonly recognition: Pick<Recognition, 'record'>;
  readonly proposals: ProposalFollower;
  readonly dispatcher: Dispatcher;
  readonly laptop: string;
  readonly backups: Pick<DatabaseBackups, 'makeIfDue'>;
  readonly reachable: () => boolean;
  readonly clock: Clock;
  /** The copy of the alerts is up to date. */
  readonly onCopied: () => void;
  /** Operators were made or changed. */
  readonly onOperators: (operators: readonly KnownOperator[]) => void;
  /** Laptops were enrolled or ended. */
  readonly onLaptops: (laptops: readonly EnrolledLaptop[]) => void;
  /** What holds for the whole festival has changed. */
  readonly onFestivalSettings: (settings: FestivalSettings) => void;
  /** The audit trail is not the one that was seen here. */
  readonly onAuditLost: () => void;
  /** Somebody has switched high load on or off, or its time is over. */
  readonly onHighLoad: (on: boolean) => void;
  /** The canaries reach another set of screens. */
  readonly onCanary: () => void;
};

/** The poll under notifications, which are only a hint. */
const POLL_MS = 1_000;
/** How often a laptop says that it is there, and reads what changes seldom. */
const PRESENCE_MS = 5_000;
/** How often what is wrong with Regie is judged: a critical trouble calls within two seconds of its time. */
const JUDGE_MS = 250;
/** How often the database is asked for what only it knows of that. */
const LOOK_MS = 2_000;
/** Of five seconds that something lasts before anybody is called, two would be lost until it is seen. */
const SIGNS_MS = 1_000;
/** How often the board's traffic is counted. */
const TRAFFIC_MS = 10_000;
/** How often answers are fetched that are shown while the festival does not answer. */
const ANSWERS_MS = 60_000;
/** How often the database's counters and size are noted, from which windows and growth are told. */
const SAMPLE_MS = 60 * 60_000;
/** `console.changes` is kept for an hour: after a longer silence everything is loaded afresh. */
const CHANGES_TRUSTED_MS = 30 * 60_000;
/** Between two pieces of a long history, of which others may be reading one. */
const HISTORY_REST_MS = 1_000;
/** Between two pages of a long copy: the engine and the operators come first. */
const COPY_REST_MS = 50;

/** Everything of a festival that this laptop keeps up with: one row each. */
export const siteWatchers = (parts: WatcherParts): readonly Watcher[] => {
  const { database, engine, requests, canary, presence, team, runs, proposals } = parts;
  return [
    { what: 'alerts', channel: '*', every: POLL_MS, refresh: followAlerts(parts) },
    { what: 'canaries', channel: 'canary', every: POLL_MS, refresh: canary.poll },
    { what: 'lease', channel: 'engine', offline: true, refresh: engine.wake },
    { what: 'requests', channel: 'requests', every: POLL_MS, refresh: requests.poll },
    { what: 'escalation', every: POLL_MS, refresh: () => escalateDue(parts) },
    { what: 'messages that the leader leaves', every: PRESENCE_MS, refresh: () => sendForLeader(parts) },
    { what: 'silences', every: POLL_MS, offline: true, refresh: team.tick },
    { what: 'copies', every: POLL_MS, refresh: () => copyAll(parts) },
    ...troubleWatchers(parts),
    { what: 'what waits for people', every: LOOK_MS, offline: true, refresh: parts.asks.look },
    { what: 'breaks of the database', every: PRESENCE_MS, refresh: parts.recognition.record },
    { what: 'presence', every: PRESENCE_MS, refresh: presence.report },
    { what: 'laptops', channel: 'laptops', refresh: presence.refresh },
    { what: 'team', channel: 'team', every: PRESENCE_MS, refresh: team.refresh },
    { what: 'incident log', channel: 'log', every: PRESENCE_MS, refresh: parts.logBook.refresh },
    { what: 'checklists', channel: 'checklists', every: TRAFFIC_MS, refresh: parts.checklists.refresh },
    { what: 'runs', channel: 'runbooks', every: PRESENCE_MS, refresh: runs.refresh },
    { what: 'proposals', channel: 'proposals', every: PRESENCE_MS, refresh: proposals.refresh },
    row({
      ...{ what: 'operators', channel: 'operators', every: PRESENCE_MS, cacheAs: 'operators' },
      refresh: () => database.read(readOperators),
      changed: parts.onOperators,
      event: { event: 'operators' },
    }),
    row({
      ...{ what: 'enrolled laptops', channel: 'enrolled', every: PRESENCE_MS, cacheAs: 'enrolled' },
      refresh: () => database.read(readLaptops),
      // That one of them was seen again is news to nobody.
      keyOf: (laptops) => laptops.map(({ lastSeenAt: _, ...laptop }) => laptop),
      changed: parts.onLaptops,
      event: { event: 'laptops' },
    }),
    row({
      ...{ what: 'festival settings', channel: 'settings', every: PRESENCE_MS, cacheAs: 'settings' },
      refresh: () => database.read(readFestivalSettings),
      changed: parts.onFestivalSettings,
    }),
    row({
      ...{ what: 'handovers', channel: 'handover', every: PRESENCE_MS, cacheAs: 'handover' },
      refresh: () => database.read(readHandovers),
      keyOf: ({ handovers, decisions }) => [handovers, decisions],
      event: { event: 'handover' },
    }),
    row({
      ...{ what: 'canaries of other laptops', every: PRESENCE_MS, offline: true },
      refresh: async () => {
        if (parts.reachable()) await canary.pollOthers();
        return canary.status();
      },
      keyOf: ({ blindSince, others }) => [blindSince, others],
      changed: parts.onCanary,
    }),
    {
      ...{ what: 'escalation policy', every: PRESENCE_MS, cacheAs: 'escalation' },
      refresh: () => database.read(readEscalationView),
    },
    row({
      ...{ what: 'audit trail', every: ANSWERS_MS },
      refresh: async () => {
        await parts.witness.poll();
        return parts.witness.lostAt();
      },
      changed: parts.onAuditLost,
    }),
    row({
      ...{ what: 'traffic', every: TRAFFIC_MS, cacheAs: 'traffic' },
      refresh: () => readTraffic(database),
      event: { event: 'traffic' },
    }),
    row({
      ...{ what: 'high load', every: TRAFFIC_MS, cacheAs: 'high load' },
      refresh: () => readHighLoad(database),
      // The traffic itself changes all the time.
      keyOf: (load) => [load.until, load.setBy, offersHighLoad(load)],
      changed: (load) => parts.onHighLoad(load.until !== null),
      event: { event: 'highLoad' },
    }),
    row({
      ...{ what: 'pulse', every: TRAFFIC_MS, cacheAs: 'pulse' },
      refresh: () => readPulse(database),
      event: { event: 'overview' },
    }),
    row({
      ...{ what: 'curves of health', every: ANSWERS_MS, cacheAs: 'curves' },
      refresh: () => readCurves(database),
      event: { event: 'overview' },
    }),
    row({
      // Time alone changes what an hour holds.
      ...{ what: 'alarm quality', every: TRAFFIC_MS, offline: true },
      refresh: parts.alarmQuality.refresh,
      event: { event: 'alarmQuality' },
    }),
    row({
      ...{ what: 'maintenance', channel: 'maintenance', every: ANSWERS_MS, cacheAs: 'maintenance' },
      refresh: () => database.read(readMaintenance),
      keyOf: ({ at: _, ...state }) => state,
      event: { event: 'maintenance' },
    }),
    { what: 'history of alerts', every: TRAFFIC_MS, refresh: () => readHistory(parts) },
    row({
      ...{ what: 'signed reports', channel: 'reports', every: ANSWERS_MS, cacheAs: 'reports' },
      refresh: () => database.read(readSigned),
      event: { event: 'reports' },
    }),
    {
      ...{ what: 'register of corrections', every: ANSWERS_MS, cacheAs: 'register' },
      refresh: () => readRegisterCopy(database),
    },
    { what: 'tonight’s backup', every: ANSWERS_MS, refresh: () => backUpTonight(parts) },
    { what: 'detectors', every: ANSWERS_MS, cacheAs: 'detectors', refresh: () => readDetectors(database) },
    { what: 'samples of the database', every: SAMPLE_MS, refresh: parts.databaseWatch.sample },
    { what: 'health', every: ANSWERS_MS, cacheAs: 'health', refresh: () => readHealth(database) },
  ];
};

/** Lets a row's functions speak of the row's own result. */
const row = <T>(watcher: Watcher<T>): Watcher => watcher as Watcher;

/** What is wrong with Regie itself (docs/watching.md). Judging waits for nothing; what asks or tells others is beside it. */
const troubleWatchers = (parts: WatcherParts): readonly Watcher[] => {
  const { database, engine, laptop, troubleWatch, localMessages } = parts;
  return [
    {
      ...{ what: 'judging of troubles', every: JUDGE_MS, offline: true },
      refresh: () => {
        troubleWatch.tick();
        localMessages.tick();
      },
    },
    { what: 'signs of trouble', every: SIGNS_MS, refresh: troubleWatch.look },
    { what: 'disk', every: TRAFFIC_MS, offline: true, refresh: troubleWatch.lookAtDisk },
    { what: 'reports of troubles', every: POLL_MS, refresh: parts.troubles.send },
    { what: 'secrets for the time without the database', every: ANSWERS_MS, refresh: localMessages.prepare },
    {
      ...{ what: 'troubles of laptops that are gone', every: ANSWERS_MS },
      refresh: async () => {
        if (engine.leads()) await database.write((tx) => endTroublesOfGone(tx, laptop));
      },
    },
  ];
};

const followAlerts = ({
  alerts,
  troubleWatch,
  clock,
  onCopied,
}: Pick<WatcherParts, 'alerts' | 'troubleWatch' | 'clock' | 'onCopied'>): (() => Promise<void>) => {
  let answeredAt = clock.monotonic();
  return async () => {
    if (clock.monotonic() - answeredAt > CHANGES_TRUSTED_MS) alerts.restart();
    await alerts.refresh();
    answeredAt = clock.monotonic();
    onCopied();
    troubleWatch.followed();
  };
};

/** Whoever holds the lease escalates, whatever the cycles do: a message that is due leaves. */
const escalateDue = async ({ engine, dispatcher }: Pick<WatcherParts, 'engine' | 'dispatcher'>): Promise<void> => {
  if (engine.leads()) await dispatcher.look('leader');
  // While monitoring is stopped there is no leader, and what operators have asked for is sent all the same.
  else if (engine.status().state === 'stopped') await dispatcher.look('ordered');
};

/** Whoever leads makes the night's backup, as soon as the maintenance is done. */
const backUpTonight = async ({ engine, backups }: Pick<WatcherParts, 'engine' | 'backups'>): Promise<void> => {
  if (engine.leads()) await backups.makeIfDue();
};

/** Whoever leads keeps the history near the alerts, so that nobody who looks for one waits for that. */
const readHistory = async ({ engine, database, reachable }: WatcherParts): Promise<void> => {
  while (engine.leads() && reachable() && !(await catchUpHistory(database))) await sleep(HISTORY_REST_MS);
};

/** A leader on which nobody may sign in is not given the channels' secrets. */
const sendForLeader = async ({ engine, dispatcher }: Pick<WatcherParts, 'engine' | 'dispatcher'>): Promise<void> => {
  if (!engine.leads() && engine.status().state !== 'stopped') await dispatcher.look('standby');
};

/** Copies of what screens and runbooks need without the network. Behind everything else, one at a time. */
const copyAll = async ({ cards, evidence, festivalEvidence, reachable }: WatcherParts): Promise<void> => {
  for (let more = true; more && reachable(); ) {
    const cardsLeft = await cards.copyNext();
    const evidenceLeft = await evidence.copyNext();
    const festivalLeft = await festivalEvidence.copyNext();
    more = cardsLeft || evidenceLeft || festivalLeft;
    await sleep(COPY_REST_MS);
  }
};
