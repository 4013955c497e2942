import { join } from 'node:path';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { type Answer, answered } from '../shared/contract/errors.ts';
import type { RegieEvent } from '../shared/contract/events.ts';
import { createApi, createHandlers } from './api/index.ts';
import { runCycleNow } from './api/on-the-engine.ts';
import type { DesktopPort } from './api/parts.ts';
import { type OpenEntries, openDataDir } from './buffer/data-dir.ts';
import { lockDataDir } from './buffer/data-dir-lock.ts';
import type { Config } from './config.ts';
import { createDrills } from './drills/index.ts';
import { createForeignFiles, type ForeignFiles } from './foreign-files/foreign-files.ts';
import { createConsoleLog } from './lib/console-log.ts';
import { type Log, openLog } from './lib/log.ts';
import { createSteadyClock } from './lib/steady-clock.ts';
import { openOutside } from './monitor/outside.ts';
import { type ChecklistLibrary, createChecklistLibrary } from './operations/checklists/checklist-library.ts';
import { createRunbookLibrary, type RunbookLibrary } from './operations/runbooks/runbook-library.ts';
import { createAuth, createSessionEnd } from './session/auth.ts';
import { createDeviceKeys } from './session/device-keys.ts';
import { createKeptKeys } from './session/kept-keys.ts';
import { createThisLaptop } from './session/laptop.ts';
import { createLaptopName } from './session/laptop-name.ts';
import { createPinTries } from './session/pin-tries.ts';
import { createScreens } from './session/screens.ts';
import { createSessions } from './session/sessions.ts';
import { enrolTraining } from './session/training-enrolment.ts';
import { createFestivalSetup } from './site/festival-setup.ts';
import { createFestivals, type Festivals } from './site/festivals.ts';
import { openLocalFiles } from './site/local-files.ts';
import { createSavedConnection, type SavedConnection, type Secrets } from './site/saved-connection.ts';

export { DataDirInUse } from './buffer/data-dir-lock.ts';
export type { Secrets } from './site/saved-connection.ts';

/** A screen: the desktop's window, or a tab of a browser. Whoever signs in on it is signed in on it alone. */
export type Client = {
  /** Answers a call of the contract. Name and input are parsed here, whoever sends them. Never rejects. */
  call(name: string, input: unknown): Promise<Answer<unknown>>;
  /** Pushes events until the returned function is called. */
  subscribe(listener: (event: RegieEvent) => void): () => void;
  /** The screen is gone for good: nobody is signed in on it any more. */
  close(): void;
};

/** The whole console without a window, and the first screen of it. A host puts it on screen. */
export type Core = Omit<Client, 'close'> & {
  /** Another screen, where nobody is signed in yet. */
  connect(): Client;
  /** What whoever started it has to know, a sentence a line. */
  readonly announcement: readonly string[];
  /** Stops everything in reverse order of its start. Safe to call twice. */
  close(): Promise<void>;
};

type Ports = { secrets?: Secrets; desktop?: DesktopPort };
/** In whose name the engine is asked for a cycle over HTTP. */
const WATCHER = 'HTTP monitoring';
type Closers = (() => Promise<void> | void)[];

/**
 * Builds every part from a config, in order, and closes them in reverse. A festival that cannot be opened keeps nothing
 * from starting: the status says why.
 * @throws DataDirInUse when another Regie runs in this data directory, DataDirUnsafe where another user could change what
 * is kept there, or what keeps the directory from being used.
 */
export const startCore = async (config: Config, ports: Ports = {}): Promise<Core> => {
  const closers: Closers = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const openEntries = openDataDir(config.dataDir);
    closers.push(lockDataDir(config.dataDir));
    const { log, close: closeLog } = openLog(config.dataDir);
    closers.push(closeLog);
    log.info('starting', { version: config.version, laptop: config.laptop });
    const { connect, announcement } = await wire(config, { ...ports, openEntries }, log, closers);
    const { call, subscribe } = connect();
    return {
      call,
      subscribe,
      connect,
      announcement,
      close: async () => {
        log.info('stopping');
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};

/** Puts the parts together. What has to be closed is added to `closers` in the order of its start. */
const wire = async (
  config: Config,
  { secrets, desktop, openEntries }: Ports & { openEntries: OpenEntries },
  log: Log,
  closers: Closers,
): Promise<Pick<Core, 'connect' | 'announcement'>> => {
  const clock = createSteadyClock({ onSet: () => publish({ event: 'status', status: festival().status() }) });
  closers.push(clock.close);
  const listeners = new Set<(event: RegieEvent) => void>();
  const publish = (event: RegieEvent): void => {
    for (const listener of listeners) listener(event);
  };

  desktop?.updates.onChange(() => publish({ event: 'desktop' }));
  const files = openLocalFiles({ dataDir: config.dataDir, now: clock.now, log });
  closers.push(files.close);
  const { preferences } = files;
  const names = createLaptopName(preferences, config.laptop);
  const keys = createDeviceKeys({ dataDir: config.dataDir, secrets, log });
  const saved = createSavedConnection({ preferences, secrets, log });
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const screens = createScreens(clock);
  const sessions = createSessions({
    ...{ store: preferences, laptop: names.current, version: config.version, timeZone, clock },
    systemLocale: locale,
    laptopId: () => laptop.enrolledAs()?.laptopId ?? null,
    onOperator: () => void festival().presence.report(),
    onSessionEnd: (key) => endSession(key),
  });
  closers.push(sessions.close);
  const foreignFiles = createForeignFiles();
  closers.push(foreignFiles.close);
  const { runbooks, checklists } = openLibraries({ dataDir: config.dataDir, foreignFiles, log, publish }, closers);

  const festivals = createFestivals({
    shared: {
      ...{ laptop: names.current, timeZone, intervals: config.intervals, runbooks, openEntries },
      ...{ clock, clockSetByMs: clock.setByMs, random: Math.random, log, ageKey: foreignFiles.ageKey },
      ...{ operator: sessions.operator, isSignedIn: sessions.isSignedIn, signatoryOf: sessions.signatoryOf },
      ...{ watched: screens.watched, enrolledAs: () => laptop.enrolledAs() },
      onOperators: (operators) => {
        sessions.follow(operators);
        kept.follow(operators);
      },
      onLaptops: () => {
        if (laptop.view().state !== 'ended') return;
        kept.clear();
        festival().channels.forget();
        sessions.endLaptop();
      },
      onFestivalSettings: sessions.setFestivalSettings,
    },
    ...{ files, dataDir: config.dataDir, seed: config.seed, publish },
    onTraining: (training) => enrolTraining({ settings: training.adminSettings, keys, laptop: names.current() }),
    onOpened: ({ site, settings }, key) => {
      sessions.setFestival({ ...addressOf(settings), settings: site.settings() }, key);
      drills.reset();
    },
  });
  closers.push(festivals.close);
  const festival = () => festivals.current().site;
  const laptop = createThisLaptop({ festival, keys });
  const kept = createKeptKeys({ store: preferences, festivalId: () => festival().festivalId() });
  const drills = createDrills({
    ...{ festival, training: festivals.training, store: preferences, random: Math.random, log, publish },
    laptop: names.current(),
  });
  listeners.add(drills.notice);
  closers.push(drills.close);
  const tries = createPinTries({ store: preferences, clock });
  const endSession = createSessionEnd({ festival, log });
  await festivals.start(config.connection ?? saved.read());
  const outside = await openOutside({
    ...{ config, festival, clock, log },
    inView: () => screens.watched() !== null,
    runCycle: () => runCycleNow({ festival, clock }, () => ({ operator: WATCHER, laptop: names.current() })),
  });
  closers.push(outside.close);

  const use = usedAndSaved(festivals, saved);
  const setup = createFestivalSetup({
    ...{ dataDir: config.dataDir, preferences, clock, laptop: names.current, use },
    hasKeychain: secrets !== undefined,
  });
  const shared = {
    ...{ laptop, clock, runbooks, checklists, foreignFiles, festival, training: festivals.training, drills },
    ...{ setup, desktop, outside, consoleLog: createConsoleLog(join(config.dataDir, 'logs')) },
    rename: async (name: string) => {
      // What was told its name has it for as long as the festival is open.
      if (names.change(name)) await festivals.use(festivals.current().settings);
    },
    disk: {
      acknowledge: () => {
        files.acknowledge();
        publish({ event: 'status', status: festival().status() });
      },
    },
    connection: { get: () => festivals.current().settings, use },
  };

  const connect = (): Client => {
    const own = new Set<(event: RegieEvent) => void>();
    const tell = (event: RegieEvent): void => {
      for (const listener of own) listener(event);
    };
    const [session, screen] = [sessions.open(tell), screens.open()];
    const auth = createAuth({ session, festival, laptop, kept, tries, endSession, publish });
    const { call } = createApi(createHandlers({ ...shared, session, auth, screen }), { refusal: auth.refusal, log });
    const notice = (event: RegieEvent): void => {
      // Words for one person are told where that person is signed in.
      if (event.event !== 'mentioned' || event.operator === session.operator()) tell(event);
    };
    listeners.add(notice);
    return {
      call,
      subscribe: subscriberOf(own, screen.detached),
      close: () => {
        listeners.delete(notice);
        own.clear();
        screen.detached();
        session.close();
      },
    };
  };
  return { connect, announcement: outside.announcement };
};

/** Another festival from now on, and at the next start; where it cannot be opened, the one in use stays. */
const usedAndSaved =
  (festivals: Festivals, saved: SavedConnection) =>
  async (settings: ConnectionSettings | null): Promise<Answer<{ kept: boolean }>> => {
    const answer = await festivals.use(settings);
    return answer.ok ? answered({ kept: saved.write(settings) }) : answer;
  };

/** The runbooks and checklists of this laptop, with the festival's own files. */
const openLibraries = (
  { dataDir, foreignFiles, log, publish }: LibraryOptions,
  closers: Closers,
): { runbooks: RunbookLibrary; checklists: ChecklistLibrary } => {
  const runbooks = createRunbookLibrary({
    folder: join(dataDir, 'runbooks'),
    read: foreignFiles.runbook,
    log,
    onChange: () => publish({ event: 'runbooks' }),
  });
  const checklists = createChecklistLibrary({
    folder: join(dataDir, 'checklists'),
    read: foreignFiles.checklist,
    log,
    onChange: () => publish({ event: 'checklists' }),
  });
  closers.push(runbooks.close, checklists.close);
  return { runbooks, checklists };
};
type LibraryOptions = {
  readonly dataDir: string;
  readonly foreignFiles: ForeignFiles;
  readonly log: Log;
  readonly publish: (event: RegieEvent) => void;
};

/** @param onLast the last one has left */
const subscriberOf =
  (listeners: Set<(event: RegieEvent) => void>, onLast: () => void) =>
  (listener: (event: RegieEvent) => void): (() => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) onLast();
    };
  };

const addressOf = (settings: ConnectionSettings | null) => ({
  training: settings === null,
  address: settings === null ? '' : `${settings.host}/${settings.database}`,
});
