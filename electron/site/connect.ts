import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { failed } from '../../shared/contract/errors.ts';
import { enrolledLaptopSchema } from '../../shared/contract/laptops.ts';
import { escalationViewSchema } from '../../shared/domain/escalation.ts';
import { festivalSettingsSchema, INITIAL_SETTINGS } from '../../shared/domain/festival-settings.ts';
import { HIGH_LOAD_INTERVALS } from '../../shared/domain/high-load.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { isLocalId } from '../../shared/domain/troubles.ts';
import { createCanaryWatch } from '../engine/canary-watch.ts';
import { createEngine } from '../engine/engine.ts';
import { createRequestTaker } from '../engine/requests.ts';
import { recordDisplayed } from '../operations/alerts/displayed.ts';
import { createAuditWitness } from '../operations/audit/audit-witness.ts';
import { createBatches } from '../operations/corrections/batches.ts';
import { createProposalFollower } from '../operations/corrections/proposal-follower.ts';
import { createDatabaseWatch } from '../operations/database/database-watch.ts';
import { createSecretSettings } from '../operations/escalation/channel-secrets.ts';
import { createDispatcher } from '../operations/escalation/dispatch.ts';
import { knownOperatorSchema } from '../operations/operators/operators.ts';
import { createLocalMessages } from '../operations/troubles/local-messages.ts';
import { orderingOf } from '../outbox/ordering-keys.ts';
import { createSender } from '../outbox/sender.ts';
import type { Link } from '../postgres/link.ts';
import { createBacktests } from './backtests.ts';
import { connectionTo, noConnection } from './connection.ts';
import { createDatabaseBackups } from './database-backups.ts';
import { createFollowers, forgetOldCopies, openStore, type Store } from './followers.ts';
import { submitAcknowledgement } from './local-acknowledgement.ts';
import { createPasswordEntry } from './password.ts';
import { createPresence } from './presence.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { createRecognition, recognising } from './recognition.ts';
import { createReconciliation } from './reconciliation.ts';
import { createReports } from './reports.ts';
import type { Site } from './site.ts';
import type { SiteOptions } from './site-options.ts';
import { createSiteStatus, type SiteStatus } from './status.ts';
import { createTroubleWatch } from './trouble-watch.ts';
import { startWatch, type Watch } from './watch.ts';
import { siteWatchers } from './watchers.ts';

/** How long closing waits to tell the others that this laptop leaves. */
const LEAVE_MS = 500;

/** Opens a festival. Returns at once: the link says when it is there, and tries for as long as it is not. */
export const openSite = (options: SiteOptions): Site => {
  const { settings, clock, random, log, publish } = options;
  const stop = new AbortController();
  const applicationName = `regie/${options.laptop}`;
  const connection =
    settings === null ? noConnection(clock) : connectionTo(settings, { applicationName, clock, random, log });
  const { database, observer } = connection;
  const store = openStore(options);
  forgetOldCopies(store, options.mirror);
  const readiness = createReadiness({
    ...{ database: observer, cache: store.cache, clock, log, onChange: () => status.publish() },
    recognise: recognising({ ...options, connection, recognition: () => parts.recognition, signal: stop.signal }),
  });
  const reachable = (): boolean => !stop.signal.aborted && readiness.reachable();
  // Assigned below: the parts that it is for are made before it.
  let link: Link | undefined;
  const clockOffsetMs = (): number => link?.clockOffsetMs() ?? 0;
  let copiedAt: number | null = null;

  const status: SiteStatus = createSiteStatus({
    parts: () => ({ ...parts, readiness, outbox: store.outbox, clockOffsetMs }),
    ...{ cache: store.cache, findings: options.findings, openEntries: options.openEntries },
    ...{ clockSetByMs: options.clockSetByMs, failure: options.failure },
    publish: (current) => publish({ event: 'status', status: current }),
  });
  const parts = createParts({
    ...options,
    ...{ database, observer, store, status, reachable, clockOffsetMs, link: readiness.link },
    clockOffMs: () => {
      const offset = link?.clockOffsetMs() ?? null;
      return offset === null ? null : offset - options.clockSetByMs();
    },
    refresh: (...what) => watch.refresh(...what),
  });
  const watch: Watch = startWatch({
    watchers: siteWatchers({
      ...parts,
      ...{ database, laptop: options.laptop, reachable, clock, onCanary: status.publish, onAuditLost: status.publish },
      ...{ onOperators: options.onOperators, onLaptops: options.onLaptops },
      ...{ onFestivalSettings: options.onFestivalSettings },
      onCopied: () => {
        copiedAt = clock.now();
      },
    }),
    ...{ reachable, cache: store.cache, publish, random, log, signal: stop.signal },
  });

  let [started, wasReachable] = [false, false];
  /** Engine and watchers begin when the database answers and has what they need. */
  const onLink = async (): Promise<void> => {
    await readiness.examine();
    if (!reachable()) {
      wasReachable = false;
      return;
    }
    const back = !wasReachable;
    wasReachable = true;
    if (!started) {
      started = true;
      // Who can sign in is known before anything else: until then anybody may leave this festival.
      await watch.refresh('operators', 'enrolled laptops');
      if (stop.signal.aborted) return;
      parts.engine.start();
    }
    parts.sender.wake();
    if (back) watch.wake();
  };
  link = connection.link((next, _offset, reached) => {
    readiness.follow(next, reached);
    parts.logBook.linkChanged(next, clockOffsetMs());
    status.publish();
    void onLink();
  });
  const listener = connection.listen(watch.notify);
  const retry = (): void => {
    link?.retryNow();
    listener.retryNow();
  };

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const leaves = reachable();
    stop.abort();
    status.close();
    // The others would notice after a while anyway: nothing waits for it longer than a moment.
    if (leaves) await Promise.race([parts.presence.leave().catch(() => undefined), sleep(LEAVE_MS)]);
    await parts.close();
    await listener.close();
    await link?.close();
    await Promise.all([observer.close(), database.close()]);
    await watch.settled();
    parts.overlay.close();
    options.mirror.close();
    options.outbox.close();
  };

  return {
    ...siteCalls({ options, parts, store, reachable, database }),
    readOperators: () => watch.refresh('operators'),
    readLaptops: () => watch.refresh('enrolled laptops'),
    readAudit: () => watch.refresh('audit trail'),
    status: status.current,
    publishStatus: status.publish,
    retry,
    enterPassword:
      settings === null
        ? async () => failed('password_not_asked')
        : createPasswordEntry({ settings, applicationName, link: readiness.link, onAccepted: retry }),
    reachable,
    clockOffsetMs: () => link?.clockOffsetMs() ?? null,
    copiedAt: () => copiedAt,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};

type PartOptions = SiteOptions & {
  database: Site['database'];
  observer: Site['database'];
  store: Store;
  status: SiteStatus;
  reachable: () => boolean;
  clockOffsetMs: () => number;
  /** The same against the clock as it is set now; null: not measured. */
  clockOffMs: () => number | null;
  link: Readiness['link'];
  refresh: Watch['refresh'];
};
type Parts = ReturnType<typeof createParts>;

/** What works on the festival; the watchers drive it. */
const createParts = (options: PartOptions) => {
  const { database, laptop, store, status, reachable, clock, clockOffsetMs, random, log, publish } = options;
  const { cache } = store;
  const followers = createFollowers({
    ...options,
    acknowledge: (one) => submitAcknowledgement(one, options.signatoryOf(one.by), sender),
  });
  const { overlay, team } = followers;
  const engine = createEngine({
    ...{ database, laptop, clock, log, onStatus: status.engineChanged },
    ...(options.intervals === undefined ? {} : { intervals: options.intervals }),
  });
  const requests = createRequestTaker({ database, engine, laptop, log });
  const canary = createCanaryWatch({
    ...{ database, laptop, clock, clockOffsetMs, publish, log },
    stopped: () => status.stopped() !== null,
    watched: options.watched,
  });
  const presence = createPresence({
    ...{ database, laptop, operator: options.operator, onChange: status.publish },
    watchedMs: () => {
      const watched = options.watched();
      return watched === null ? null : clock.monotonic() - watched.monotonic;
    },
  });
  const witness = createAuditWitness({ database, laptop, cache, log });
  const recognition = createRecognition({
    ...{ observer: options.observer, database, laptop, memory: store.memory, outbox: store.outbox },
    ...{ cards: store.cardCopy, witness, clock, log },
  });
  const batches = createBatches({ database, reachable, log });
  const proposals = createProposalFollower({ database, cache, batches, publish });
  const sender = createSender({
    ...{ outbox: store.outbox, database, reachable, clock, random, log },
    orderingOf: (command) =>
      orderingOf(command, { ofEvent: overlay.view.byEvent, ofRun: overlay.view.byRun, ofProposal: proposals.find }),
    onChange: (stored, change) => {
      overlay.changed(stored, change);
      team.outboxChanged(stored, change);
      followers.logBook.outboxChanged(stored, change);
      followers.checklists.outboxChanged(stored, change);
      status.publishSoon();
    },
    onDiskFull: status.publish,
  });
  const secrets = createSecretSettings({ database, enrolledAs: options.enrolledAs });
  const dispatcher = createDispatcher({ database, secrets, laptop, timeZone: options.timeZone, clock, log });
  const { escalation, festival } = {
    escalation: () => cache.get('escalation', escalationViewSchema),
    festival: () => cache.get('settings', festivalSettingsSchema) ?? INITIAL_SETTINGS,
  };
  const localMessages = createLocalMessages({
    ...{ copy: store.troubles, keeper: followers.troubles, secrets, escalation, festival, reachable },
    ...{ laptop, timeZone: options.timeZone, clock, clockOffsetMs, log },
  });
  const troubleWatch = createTroubleWatch({
    ...{ database, keeper: followers.troubles, laptop, folder: options.folder, clock, reachable },
    ...{ link: options.link, engine: engine.status, canary: canary.sight, clockOffMs: options.clockOffMs },
    ...{ stopped: () => status.stopped() !== null, diskFull: sender.diskFull, setBack: store.memory.unread },
    nowMs: () => clock.now() + clockOffsetMs(),
    onChange: () => void options.refresh('reports of troubles'),
  });
  const backtests = createBacktests({
    database,
    onProgress: (done, total) => publish({ event: 'backtest', done, total }),
  });
  const reconciliation = createReconciliation({
    ...{ database, log },
    onChange: () => publish({ event: 'reconciling' }),
  });

  const databaseWatch = createDatabaseWatch({ database: options.observer, cache });

  const backups = createDatabaseBackups({
    ...{ settings: options.settings, database, folder: options.backupFolder, laptop, log },
    ageKey: options.ageKey,
    now: () => clock.now() + clockOffsetMs(),
    onProgress: () => publish({ event: 'maintenance' }),
  });

  const reports = createReports({
    ...{ settings: options.settings, folder: options.reportFolder, laptop, timeZone: options.timeZone, clock, log },
    onProgress: () => publish({ event: 'reports' }),
  });

  return {
    ...followers,
    databaseWatch,
    onHighLoad: (on: boolean): void => {
      // What the environment says wins.
      if (options.intervals === undefined) engine.setIntervals(on ? HIGH_LOAD_INTERVALS : null);
    },
    ...{ engine, requests, canary, presence, witness, proposals, sender, secrets, dispatcher, backtests, backups },
    ...{ localMessages, troubleWatch, recognition, memory: store.memory, reports, reconciliation },
    /** Waits for what is being done. */
    close: async (): Promise<void> => {
      backtests.cancel();
      reconciliation.cancel();
      await Promise.all([backups.close(), reports.close()]);
      await dispatcher.close();
      await localMessages.close();
      await requests.close();
      await batches.close();
      await engine.close();
      await sender.close();
    },
  };
};

/** What the rest of the core asks of a site and its parts answer. */
const siteCalls = ({
  options: { laptop, log, intervals },
  parts,
  store,
  reachable,
  database,
}: {
  options: SiteOptions;
  parts: Parts;
  store: Store;
  reachable: () => boolean;
  database: Site['database'];
}) => {
  /** While the festival does not answer there is nowhere to report to; the first report after it has everything. */
  const whileReachable = async (what: string, work: () => Promise<void>): Promise<void> => {
    if (!reachable()) return;
    try {
      await work();
    } catch (error) {
      log.warn('the festival could not be told', { what, error });
    }
  };
  return {
    database,
    alerts: parts.view,
    troubles: parts.troubles,
    runs: parts.overlay.runs,
    alarmQuality: parts.alarmQuality.read,
    databaseWatch: parts.databaseWatch,
    environmentIntervals: intervals ?? null,
    festivalEvidence: parts.festivalEvidence,
    cards: parts.knownCards,
    cache: store.cache,
    outbox: store.outbox,
    engine: parts.engine,
    sender: parts.sender,
    canary: parts.canary,
    witness: parts.witness,
    memory: store.memory,
    channels: parts.secrets,
    team: parts.team,
    log: parts.logBook,
    checklists: parts.checklists,
    presence: {
      show: (incidentId: RowId | null) =>
        whileReachable('what is shown', () =>
          parts.presence.show(incidentId !== null && isLocalId(incidentId) ? null : incidentId),
        ),
      report: () => whileReachable('that this laptop is there', parts.presence.report),
    },
    backtests: parts.backtests,
    reconciliation: parts.reconciliation,
    ...{ backups: parts.backups, reports: parts.reports },
    displayed: (eventIds: readonly RowId[]) =>
      whileReachable('what is displayed', () =>
        recordDisplayed(
          database,
          eventIds.filter((id) => !isLocalId(id)),
          laptop,
        ),
      ),
    operators: () => store.cache.get('operators', z.array(knownOperatorSchema)),
    laptops: () => store.cache.get('enrolled', z.array(enrolledLaptopSchema)),
    settings: () => store.cache.get('settings', festivalSettingsSchema) ?? INITIAL_SETTINGS,
    festivalId: () => store.cache.get('identity', z.uuid()),
  };
};
