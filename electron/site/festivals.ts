import { join } from 'node:path';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Answer, answered, type RegieError } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { createMutex } from '../lib/mutex.ts';
import { driverOptions } from '../postgres/connection-settings.ts';
import { openTrainingFestival, type TrainingFestival } from '../training/index.ts';
import { openSite } from './connect.ts';
import { festivalKey, filesInMemory, type LocalFiles, type SiteFiles } from './local-files.ts';
import { explainOpening } from './opening-failure.ts';
import type { Site } from './site.ts';
import type { SiteOptions } from './site-options.ts';

/** The festival that is open. */
export type OpenFestival = {
  readonly site: Site;
  /** Null: a real festival, or one that could not be started. */
  readonly training: TrainingFestival | null;
  /** What was asked for; null is the training festival. */
  readonly settings: ConnectionSettings | null;
};

/** The one festival that is open, and the way to another. */
export type Festivals = {
  /** @throws before `start`. */
  current(): OpenFestival;
  /** The training festival, while it is the one that is open. */
  training(): TrainingFestival | null;
  /** Opens the first one. Never fails: a festival that cannot be opened is shown as far as this laptop has it, and why. */
  start(settings: ConnectionSettings | null): Promise<void>;
  /** Opens another one and closes the one before. Where that fails, the one before stays. */
  use(settings: ConnectionSettings | null): Promise<Answer<Record<string, never>>>;
  close(): Promise<void>;
};

type Shared = Omit<
  SiteOptions,
  | 'settings'
  | 'failure'
  | 'training'
  | 'onSetBack'
  | 'folder'
  | 'backupFolder'
  | 'reportFolder'
  | 'mirror'
  | 'outbox'
  | 'findings'
  | 'publish'
  | 'laptop'
> & {
  laptop: () => string;
};

/** A failure that has its sentence. */
class NotOpened extends Error {
  override readonly name = 'NotOpened';
  readonly error: RegieError;
  constructor(error: RegieError, cause: unknown) {
    super(error.code, { cause });
    this.error = error;
  }
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: its steps share one state: which festival is open, or that none is for a moment
export const createFestivals = (options: {
  shared: Shared;
  files: LocalFiles;
  dataDir: string;
  seed: number | undefined;
  publish: (event: RegieEvent) => void;
  /** The training festival is there, before anybody is shown it. */
  onTraining: (training: TrainingFestival) => Promise<void>;
  /** Another festival is open now. */
  onOpened: (opened: OpenFestival, key: string) => void;
}): Festivals => {
  const { shared, files, publish } = options;
  const { clock, log }: { clock: Clock; log: Log } = shared;
  const mutex = createMutex();
  let open: (OpenFestival & { close(): Promise<void> }) | undefined;
  /** The one before is closed already and the next one is not open yet. */
  let between = true;

  const attempt = async <T>(
    step: Parameters<typeof explainOpening>[0],
    settings: ConnectionSettings | null,
    work: () => Promise<T> | T,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      log.error('a festival could not be opened', { step, error });
      throw new NotOpened(explainOpening(step, error, settings), error);
    }
  };

  /** Makes the site. What it publishes is heard from the moment at which it is the one that is open. */
  const assemble = (
    settings: ConnectionSettings | null,
    { training, opened, failure }: { training: TrainingFestival | null; opened: SiteFiles; failure: RegieError | null },
  ) => {
    // A copy of its own: a password that is typed in later is written into it.
    const used = training?.consoleSettings ?? (settings === null ? null : { ...settings });
    let shown: Site | null = null;
    // It may have something to say while it is being made.
    const isOpen = (): boolean => shown !== null && open?.site === shown;
    const site = openSite({
      ...shared,
      laptop: shared.laptop(),
      settings: failure === null ? used : null,
      training: training !== null,
      onSetBack: () => void use(settings),
      failure,
      folder: options.dataDir,
      backupFolder: join(options.dataDir, 'database-backups', festivalKey(used)),
      reportFolder: join(options.dataDir, 'reports', festivalKey(used)),
      mirror: opened.mirror,
      outbox: opened.outbox,
      findings: files.findings,
      onOperators: (operators) => {
        if (isOpen()) shared.onOperators(operators);
      },
      onLaptops: (laptops) => {
        if (isOpen()) shared.onLaptops(laptops);
      },
      onFestivalSettings: (changed) => {
        if (isOpen()) shared.onFestivalSettings(changed);
      },
      publish: (event) => {
        if (isOpen()) publish(event);
      },
    });
    const close = async (): Promise<void> => {
      await opened.endUpkeep();
      await site.close();
      await training?.close();
    };
    shown = failure === null ? site : { ...site, retry: () => void use(settings) };
    return { site: shown, training, settings: settings === null ? null : used, close };
  };

  const openTraining = () =>
    openTrainingFestival({
      dataDir: options.dataDir,
      clock,
      log,
      onStatus: (status) => {
        if (open?.settings === null) publish({ event: 'training', training: status });
      },
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    });

  const openOne = async (settings: ConnectionSettings | null) => {
    const training = settings === null ? await attempt('training', settings, openTraining) : null;
    try {
      if (training !== null) await attempt('training', settings, () => options.onTraining(training));
      const opened = await attempt('files', settings, () => files.openFestival(settings));
      return assemble(settings, { training, opened, failure: null });
    } catch (error) {
      await training?.close();
      throw error;
    }
  };

  /** Opens it, or shows as much of it as this laptop has, and why there is no more. */
  const openAnyhow = async (settings: ConnectionSettings | null) => {
    try {
      return await openOne(settings);
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      let opened: SiteFiles;
      try {
        opened = files.openFestival(settings);
      } catch {
        opened = filesInMemory();
      }
      return assemble(settings, { training: null, opened, failure: error.error });
    }
  };

  const show = (next: NonNullable<typeof open>): void => {
    open = next;
    between = false;
    options.onOpened(next, festivalKey(next.settings));
    publish({ event: 'training', training: next.training?.status() ?? null });
    publish({ event: 'reload' });
  };

  const change = async (settings: ConnectionSettings | null): Promise<Answer<Record<string, never>>> => {
    const before = open;
    try {
      if (settings !== null) await attempt('settings', settings, () => driverOptions(settings));
      // Its files and its training server can be open once only.
      const again = before !== undefined && festivalKey(before.settings) === festivalKey(settings);
      if (!again) {
        show(await openOne(settings));
        await before?.close();
        return answered({});
      }
      between = true;
      await before.close();
      try {
        show(await openOne(settings));
      } catch (error) {
        show(await openAnyhow(before.settings));
        throw error;
      }
      return answered({});
    } catch (error) {
      if (error instanceof NotOpened) return { ok: false, error: error.error };
      throw error;
    }
  };
  const use: Festivals['use'] = (settings) => mutex.run(() => change(settings));

  return {
    current: () => {
      if (open === undefined) throw new Error('no festival is open');
      return open;
    },
    training: () => (between ? null : (open?.training ?? null)),
    start: (settings) => mutex.run(async () => show(await openAnyhow(settings))),
    use,
    close: () => mutex.run(async () => open?.close()),
  };
};
