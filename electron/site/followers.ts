import type { RegieEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { createAlarmCopy } from '../buffer/alarm-copy.ts';
import type { Buffer } from '../buffer/buffer.ts';
import { createCache } from '../buffer/cache.ts';
import { createCardCopy } from '../buffer/card-copy.ts';
import { createDatabaseMemory, forgetCopies } from '../buffer/known-database.ts';
import { createLogCopy } from '../buffer/log-copy.ts';
import { createLogFiles } from '../buffer/log-files.ts';
import { createLogNumbers } from '../buffer/log-numbers.ts';
import { createMirror } from '../buffer/mirror.ts';
import { createOutbox } from '../buffer/outbox.ts';
import { createRunCopy } from '../buffer/run-copy.ts';
import { createSystemCopy } from '../buffer/system-copy.ts';
import { createTroubleCopy } from '../buffer/trouble-copy.ts';
import type { Log } from '../lib/log.ts';
import { createAlarmFollower } from '../operations/alerts/alarm-follower.ts';
import { createAlarmQuality } from '../operations/alerts/alarm-quality.ts';
import { createFollower } from '../operations/alerts/follower.ts';
import { createCardFollower } from '../operations/cards/card-follower.ts';
import { createCards } from '../operations/cards/cards.ts';
import { readChecklists } from '../operations/checklists/checklist-follower.ts';
import { createLogFollower } from '../operations/log/log-follower.ts';
import { createSystemFollower } from '../operations/log/system-follower.ts';
import { createEvidenceKeeper } from '../operations/runbooks/evidence.ts';
import { createFestivalEvidence } from '../operations/runbooks/festival-evidence.ts';
import { createRunFollower } from '../operations/runbooks/run-follower.ts';
import type { RunbookLibrary } from '../operations/runbooks/runbook-library.ts';
import { createTroubleKeeper, type LocalAcknowledgement } from '../operations/troubles/trouble-keeper.ts';
import { createChecklistBook } from '../outbox/checklist-book.ts';
import { createLogBook } from '../outbox/log-book.ts';
import { createOverlay } from '../outbox/overlay.ts';
import { createTeam } from '../outbox/team.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createAsks } from './asks.ts';
import { withLocalAlerts } from './local-view.ts';

/** What the two local files of a festival hold. */
export const openStore = ({ mirror, outbox }: { mirror: Buffer; outbox: Buffer }) => ({
  mirror: createMirror(mirror),
  alarmCopy: createAlarmCopy(mirror),
  cache: createCache(mirror),
  cardCopy: createCardCopy(mirror),
  runCopy: createRunCopy(mirror),
  logCopy: createLogCopy(mirror),
  systemCopy: createSystemCopy(mirror),
  logFiles: createLogFiles(mirror),
  outbox: createOutbox(outbox),
  logNumbers: createLogNumbers(outbox),
  troubles: createTroubleCopy(outbox),
  memory: createDatabaseMemory(outbox),
});
export type Store = ReturnType<typeof openStore>;

/**
 * What was copied from a database that has lost it is forgotten before anything is shown of it, and what is wrong with Regie
 * is reported again, under its ids.
 */
export const forgetOldCopies = ({ memory, troubles }: Pick<Store, 'memory' | 'troubles'>, mirror: Buffer): void => {
  if (!memory.copiesAreOld()) return;
  forgetCopies(mirror);
  for (const trouble of troubles.all()) troubles.put({ ...trouble, eventId: null });
  memory.copiesAreNew();
};

/** The laptop's copies of the festival, what waits in the outbox on top of them, and what keeps them up to date. */
export const createFollowers = (options: {
  database: FestivalDatabase;
  laptop: string;
  store: Store;
  runbooks: RunbookLibrary;
  /** Whether they are signed in here. */
  isSignedIn: (name: string) => boolean;
  /** The festival has an alert that somebody acknowledged here. */
  acknowledge: (one: LocalAcknowledgement) => void;
  clock: Clock;
  /** The database's clock minus this laptop's, milliseconds. */
  clockOffsetMs: () => number;
  timeZone: string;
  reachable: () => boolean;
  log: Log;
  publish: (event: RegieEvent) => void;
  /** Brings copies up to date with what the festival has now; `what` are names of watchers. */
  refresh: (...what: readonly string[]) => Promise<void>;
}) => {
  const { database, store, runbooks, clock, log, publish } = options;
  const { mirror, cache, cardCopy, runCopy } = store;
  const unsettled = store.outbox.unsettled();
  const cards = createCardFollower({ database, copy: cardCopy });
  const changedIds = (event: Extract<RegieEvent, { event: 'alerts' }>) =>
    event.changed.map(({ incidentId }) => incidentId);

  const overlay = createOverlay({
    mirror,
    runs: runCopy,
    unsettled,
    refresh: ({ command }) => options.refresh('alerts', ...(command.startsWith('runbook.') ? ['runs'] : [])),
    publish: (event) => {
      publish(event);
      if (event.event === 'alerts') team.alertsChanged(changedIds(event));
    },
  });
  const troubles = createTroubleKeeper({
    ...{ copy: store.troubles, database, laptop: options.laptop, clock, clockOffsetMs: options.clockOffsetMs },
    ...{ reachable: options.reachable, acknowledge: options.acknowledge, publish, log },
    isCopied: (eventId) => mirror.byEvent(eventId) !== undefined,
    call: (event) => team.raise(event),
  });
  const asks = createAsks({
    ...{ cache, publish, nowMs: () => clock.now() + options.clockOffsetMs() },
    followUps: () => logBook.followUps(),
  });
  const view = withLocalAlerts(overlay.view, troubles);
  const team = createTeam({
    ...{ database, cache, alerts: view, alarmCopy: store.alarmCopy, unsettled, clock, publish },
    isSignedIn: options.isSignedIn,
    clockOffsetMs: options.clockOffsetMs,
  });
  const alerts = createFollower({
    database,
    mirror,
    log,
    publish: (event) => {
      if (event.event === 'raised') {
        // This laptop has called of it when the database did not take it.
        return troubles.isHeard(mirror.incident(event.incidentId)) ? undefined : team.raise(event);
      }
      if (event.event !== 'alerts') return publish(event);
      cards.refresh(event.changed.flatMap(({ lead }) => lead.cardId ?? []));
      publish({ ...event, changed: event.changed.map(overlay.withWaiting) });
      team.alertsChanged(changedIds(event));
    },
  });

  const logBook = createLogBook({
    ...{ laptop: options.laptop, files: store.logFiles, database },
    ...{ copy: store.logCopy, numbers: store.logNumbers, cache, unsettled, publish },
    follower: createLogFollower({ database, copy: store.logCopy, log }),
    system: {
      copy: store.systemCopy,
      follower: createSystemFollower({ database, copy: store.systemCopy }),
    },
  });

  return {
    overlay,
    view,
    asks,
    troubles,
    team,
    alerts,
    alarmQuality: createAlarmQuality({
      ...{ copy: store.alarmCopy, cache, reachable: options.reachable, timeZone: options.timeZone },
      follower: createAlarmFollower({ database, copy: store.alarmCopy }),
      now: () => clock.now() + options.clockOffsetMs(),
      onCopied: team.alarmsCopied,
    }),
    cards,
    runs: createRunFollower({ database, copy: runCopy, onChange: () => publish({ event: 'runbooks' }) }),
    evidence: createEvidenceKeeper({ database, mirror, cache, runbooks, clock, log }),
    festivalEvidence: createFestivalEvidence({ database, cache, runs: overlay.runs, runbooks, clock, log }),
    checklists: createChecklistBook({ read: () => readChecklists(database), cache, unsettled, publish }),
    logBook,
    knownCards: createCards({ database, copy: cardCopy, overlay }),
  };
};
