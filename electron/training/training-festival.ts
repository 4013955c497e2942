import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { TrainingStatus } from '../../shared/contract/training.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { FaultKind } from '../../shared/domain/fault.ts';
import type { Log } from '../lib/log.ts';
import { MigrationRefused } from '../postgres/migrations.ts';
import { FaultImpossible } from './fault.ts';
import { openField, type PreparedFestival, prepareFestival } from './festival.ts';
import { type Label, openLabelStore } from './labels.ts';
import { openPostgresServer } from './postgres-server.ts';
import { startSimulator } from './simulator.ts';
import { TrainingServerError } from './training-server-error.ts';

/** A real Postgres with a simulated festival in it, to learn on. */
export type TrainingFestival = {
  /** A login with the role `regie_console` and nothing more. */
  readonly consoleSettings: ConnectionSettings;
  /** The superuser: for migrations and tools, never for the console. */
  readonly adminSettings: ConnectionSettings;
  status(): TrainingStatus;
  setRunning(running: boolean): void;
  /** @param speed 1 (a festival day in a day) to 600 */
  setSpeed(speed: number): void;
  setAutoFaults(on: boolean): void;
  /**
   * Injects a fault and returns its label. Most are done at once; failures in a row take up to twelve seconds, and a
   * festival that has just opened needs some seconds until a card has money and has rested.
   * @throws FaultImpossible when no card can have it within 20 s, or the driver's error without a connection.
   */
  inject(kind: FaultKind): Promise<Label>;
  /** What a fault did, once it is complete. */
  label(id: string): Label | undefined;
  /** Stops the simulator and then the server. Safe to call twice. */
  close(): Promise<void>;
};

/**
 * Opens the training festival of a data directory; makes it first where there is none.
 * @throws TrainingServerError with a sentence that says what to do when its Postgres cannot run, or is a newer console's.
 */
export const openTrainingFestival = async (options: {
  dataDir: string;
  /** The same seed gives the same visitors and choices. */
  seed?: number;
  clock: Clock;
  log: Log;
  /** Automatic faults, unless this is false. */
  autoFaults?: boolean;
  /** Called when something has changed, every 500 ms at most. */
  onStatus?: (status: TrainingStatus) => void;
}): Promise<TrainingFestival> => {
  const { dataDir, clock, log } = options;
  const server = await openPostgresServer({ dataDir, log });
  try {
    const prepared = await prepare(server, dataDir);
    if (prepared.madeAnew) {
      log.warn('the training festival was created again: the former one came from a Regie before the first release');
    }
    const database = openField(prepared.fieldSettings);
    const monitoring = openField(prepared.adminSettings);
    try {
      const simulator = await startSimulator({
        database,
        monitoring,
        labels: openLabelStore(dataDir),
        seed: options.seed ?? 1,
        clock,
        log,
        madeAnew: prepared.madeAnew,
        onLost: server.ensureRunning,
        ...(options.autoFaults === undefined ? {} : { autoFaults: options.autoFaults }),
        ...(options.onStatus === undefined ? {} : { onStatus: options.onStatus }),
      });
      let closing: Promise<void> | undefined;
      const close = async (): Promise<void> => {
        await simulator.close();
        await database.close();
        await monitoring.close();
        await server.stop();
      };
      return {
        consoleSettings: prepared.consoleSettings,
        adminSettings: prepared.adminSettings,
        status: simulator.status,
        setRunning: simulator.setRunning,
        setSpeed: simulator.setSpeed,
        setAutoFaults: simulator.setAutoFaults,
        label: simulator.label,
        inject: (kind) => patiently(() => simulator.inject(kind), clock),
        close: () => {
          closing ??= close();
          return closing;
        },
      };
    } catch (error) {
      await database.close();
      await monitoring.close();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
};

/** As `prepareFestival`, whose refusal becomes a sentence for whoever starts Regie. */
const prepare = async (server: Parameters<typeof prepareFestival>[0], dataDir: string): Promise<PreparedFestival> => {
  try {
    return await prepareFestival(server);
  } catch (error) {
    if (!(error instanceof MigrationRefused && error.code === 'database_newer')) throw error;
    throw new TrainingServerError('training_server_newer', { folder: dataDir }, { cause: error });
  }
};

const PATIENCE_MS = 20_000;
const RETRY_MS = 500;

const patiently = async (inject: () => Promise<Label>, clock: Clock): Promise<Label> => {
  const until = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    try {
      return await inject();
    } catch (error) {
      if (!(error instanceof FaultImpossible) || clock.monotonic() > until) throw error;
      await pause(RETRY_MS);
    }
  }
};
