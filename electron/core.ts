import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ConnectionSettings, connectionSettingsSchema } from '../shared/contract/connection.ts';
import type { Answer } from '../shared/contract/errors.ts';
import type { RegieEvent } from '../shared/contract/events.ts';
import { type BufferFinding, bufferFindingSchema } from '../shared/contract/status.ts';
import type { Clock } from '../shared/domain/clock.ts';

import { createApi, createHandlers } from './api/index.ts';
import { createBackups } from './buffer/backup.ts';
import type { Buffer, BufferKind } from './buffer/buffer.ts';
import { lockDataDir } from './buffer/data-dir-lock.ts';
import { createPreferenceStore } from './buffer/preferences.ts';
import { openOrRepair } from './buffer/repair.ts';
import type { Config } from './config.ts';
import { createDrills } from './drills/index.ts';
import { openLog } from './lib/log.ts';
import { createRunbookLibrary } from './operations/runbooks/runbook-library.ts';
import { createPeople } from './session/auth.ts';
import { createSessionStore } from './session/store.ts';
import { type ConnectedFestival, connectFestival } from './site/site.ts';
import { openTrainingFestival, type TrainingFestival } from './training/index.ts';

export { DataDirInUse } from './buffer/data-dir-lock.ts';

/** The whole console without a window. A host puts it on screen. */
export type Core = {
  /** Answers a call of the contract. Name and input are parsed here, whoever sends them. Never rejects. */
  call(name: string, input: unknown): Promise<Answer<unknown>>;
  /** Pushes events until the returned function is called. */
  subscribe(listener: (event: RegieEvent) => void): () => void;
  /** Stops everything in reverse order of its start. Safe to call twice. */
  close(): Promise<void>;
};

/** Where a host keeps the festival's password. Without it the password is asked for at each start. */
export type Secrets = { read(key: string): string | undefined; write(key: string, value: string): void };

const savedConnectionSchema = connectionSettingsSchema.omit({ password: true }).nullable();
const FINDINGS = 'damaged-files';
const PASSWORD = 'festival-password';

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/**
 * Builds every part from a config, in order, and closes them in reverse.
 * @throws DataDirInUse when another Regie runs in this data directory, or what keeps a part from starting.
 */
export const startCore = async (config: Config, ports: { secrets?: Secrets } = {}): Promise<Core> => {
  const clock = systemClock;
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };

  try {
    mkdirSync(config.dataDir, { recursive: true });
    closers.push(lockDataDir(config.dataDir));
    const { log, close: closeLog } = openLog(config.dataDir);
    closers.push(closeLog);
    log.info('starting', { version: config.version, laptop: config.laptop });

    const listeners = new Set<(event: RegieEvent) => void>();
    let noticeDrill: (event: RegieEvent) => void = () => undefined;
    const publish = (event: RegieEvent): void => {
      noticeDrill(event);
      for (const listener of listeners) listener(event);
    };

    const damaged: BufferFinding[] = [];
    const openFile = (file: string, kind: BufferKind, name: BufferFinding['file']): Buffer => {
      const { buffer, finding } = openOrRepair({ file, kind, name, now: clock.now });
      if (finding !== null) {
        log.error('a local file was damaged', finding);
        damaged.push(finding);
      }
      return buffer;
    };
    const laptopBuffer = openFile(join(config.dataDir, 'laptop.sqlite'), 'mirror', 'laptop');
    closers.push(() => {
      laptopBuffer.close();
    });
    const preferences = createPreferenceStore(laptopBuffer);
    // Kept until somebody has read it, over a restart as well.
    const findings = (): BufferFinding[] => {
      const known = preferences.read(FINDINGS, z.array(bufferFindingSchema)) ?? [];
      if (damaged.length > 0) preferences.write(FINDINGS, [...known, ...damaged]);
      return [...known, ...damaged.splice(0)];
    };
    const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const session = createSessionStore({
      store: preferences,
      laptop: config.laptop,
      version: config.version,
      systemLocale: locale,
      timeZone,
      clock,
      publish,
      onOperator: () => void festival?.presence.report(),
    });
    closers.push(session.close);

    const runbooks = createRunbookLibrary({
      folder: join(config.dataDir, 'runbooks'),
      log,
      onChange: () => publish({ event: 'runbooks' }),
    });
    closers.push(runbooks.close);

    let training: TrainingFestival | null = null;
    let festival: ConnectedFestival | undefined;
    const current = (): ConnectedFestival => {
      if (festival === undefined) throw new Error('no festival is open');
      return festival;
    };
    const closeFestival = async (): Promise<void> => {
      await festival?.close();
      festival = undefined;
      await training?.close();
      training = null;
    };
    closers.push(closeFestival);

    const drills = createDrills({
      festival: current,
      // While another festival is being opened there is none.
      training: () => (festival === undefined ? null : training),
      session,
      store: preferences,
      random: Math.random,
      log,
      publish,
    });
    noticeDrill = drills.notice;
    closers.push(drills.close);

    const openFestival = async (settings: ConnectionSettings | null): Promise<void> => {
      await closeFestival();
      if (settings === null) {
        training = await openTrainingFestival({
          dataDir: config.dataDir,
          clock,
          log,
          onStatus: (status) => publish({ event: 'training', training: status }),
          ...(config.seed === undefined ? {} : { seed: config.seed }),
        });
      }
      const used = training?.consoleSettings ?? settings;
      if (used === null) throw new Error('no festival is open');
      const file = join(config.dataDir, 'festivals', festivalId(settings));
      const outbox = openFile(`${file}.outbox.sqlite`, 'outbox', 'outbox');
      const backups = createBackups({ buffer: outbox, file: `${file}.outbox.sqlite`, now: clock.now, log });
      const opened = connectFestival({
        settings: used,
        laptop: config.laptop,
        timeZone,
        operator: session.operator,
        onOperators: session.follow,
        intervals: config.intervals,
        mirror: openFile(`${file}.sqlite`, 'mirror', 'mirror'),
        outbox,
        runbooks,
        findings,
        clock,
        random: Math.random,
        log,
        publish,
      });
      festival = {
        ...opened,
        close: async () => {
          await backups.close();
          await opened.close();
        },
      };
      session.setFestival(
        { training: settings === null, name: settings === null ? '' : `${settings.host}/${settings.database}` },
        festivalId(settings),
      );
      drills.reset();
      publish({ event: 'training', training: training?.status() ?? null });
      publish({ event: 'reload' });
    };

    const savedConnection = () => preferences.read('connection', savedConnectionSchema) ?? null;
    const firstConnection = (): ConnectionSettings | null => {
      if (config.connection !== undefined) return config.connection;
      const saved = savedConnection();
      return saved === null ? null : { ...saved, password: ports.secrets?.read(PASSWORD) ?? '' };
    };
    let inUse = firstConnection();
    await openFestival(inUse);

    const people = createPeople({ session, clock, festival: current, store: preferences, publish, log });
    const api = createApi(
      createHandlers({
        session,
        people,
        clock,
        runbooks,
        festival: current,
        training: () => training,
        drills,
        disk: {
          acknowledge: () => {
            findings();
            preferences.write(FINDINGS, []);
            publish({ event: 'status', status: current().status() });
          },
        },
        connection: {
          get: () => inUse,
          use: async (settings) => {
            await openFestival(settings);
            inUse = settings;
            const { password, ...rest } = settings ?? { password: '' };
            preferences.write('connection', settings === null ? null : rest);
            ports.secrets?.write(PASSWORD, password);
          },
        },
      }),
      { refusal: people.refusal, log },
    );

    return {
      call: api.call,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
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

/** The name of the festival's local file: one festival's alerts are never shown for another's. */
const festivalId = (settings: ConnectionSettings | null): string =>
  settings === null
    ? 'training'
    : createHash('sha256')
        .update(z.string().parse(`${settings.host}:${settings.port}/${settings.database}`))
        .digest('hex')
        .slice(0, 16);
