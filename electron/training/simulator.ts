import { setTimeout as wait } from 'node:timers/promises';
import type { TrainingStatus } from '../../shared/contract/training.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { FaultKind } from '../../shared/domain/fault.ts';
import type { Log } from '../lib/log.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createAutoFaults } from './auto-faults.ts';
import { createFaults } from './faults/faults.ts';
import { countTransactions, createCards } from './festival-state.ts';
import { createHealing, loadFestival } from './healing.ts';
import type { Label, LabelStore } from './labels.ts';
import { createPacing } from './pacing.ts';
import { createRandom, type Random } from './random.ts';
import { createThrottle } from './throttle.ts';
import { createTills, TILLS } from './tills.ts';
import { createTraffic, RUSH_SIZE, type Traffic } from './traffic.ts';

/** The simulated festival: visitors, bars and readers, and what goes wrong. */
export type Simulator = {
  /** For tests and the score: what it knows and does, without the pacing. */
  readonly traffic: Traffic;
  status(): TrainingStatus;
  setRunning(running: boolean): void;
  /** @param speed 1 to 600 */
  setSpeed(speed: number): void;
  setAutoFaults(on: boolean): void;
  inject(kind: FaultKind): Promise<Label>;
  /** What a fault did, once it is complete. */
  label(id: string): Label | undefined;
  /** Begins nothing new and waits for what runs. */
  close(): Promise<void>;
};

const FASTEST_TICK_MS = 20;
const SLOWEST_TICK_MS = 250;
/** What could not be served in so many seconds goes home. */
const PATIENCE_S = 2;
const RETRY_MS = 1_000;
/** Guests who paid online before the gates opened, so that a new festival begins alive. */
const FIRST_GUESTS = 120;

export type SimulatorOptions = {
  database: FestivalDatabase;
  labels: LabelStore;
  /** Where an earlier monitoring system writes its findings. */
  monitoring: FestivalDatabase;
  seed: number;
  clock: Clock;
  log: Log;
  running?: boolean;
  speed?: number;
  autoFaults?: boolean;
  madeAnew?: boolean;
  onStatus?: (status: TrainingStatus) => void;
  /** Called at each attempt to come back after the connection was lost. */
  onLost?: () => Promise<void>;
};

/**
 * Starts the simulator on a festival that is prepared (festival.ts). Everything that matters is in the database and
 * among the labels: it may be killed at any moment.
 */
export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const { database, labels, seed, clock } = options;
  if (await createCards(database, seed)) labels.startOver();
  const before = await countTransactions(database);
  // A restart goes on with other choices than the start had, and still the same ones each time.
  const stream = (name: number) => createRandom(Math.imul(seed, 0x9e3779b1) + Math.imul(before, 31) + name);
  const traffic = createTraffic({ database, random: stream(1), clock });
  await loadFestival({ database, labels, traffic });
  if (options.running !== false && before === 0) {
    for (let guests = FIRST_GUESTS; guests > 0; guests -= RUSH_SIZE) await traffic.rush(Math.min(guests, RUSH_SIZE));
  }
  return run(options, { traffic, before, stream });
};

/** Ends what runs when the simulator closes. */
const createTasks = () => {
  const closing = new AbortController();
  const tasks = new Set<Promise<unknown>>();
  return {
    signal: closing.signal,
    closed: () => closing.signal.aborted,
    pause: (ms: number): Promise<void> => wait(ms, undefined, { signal: closing.signal }),
    track: <T>(task: Promise<T>): Promise<T> => {
      tasks.add(task);
      const done = () => void tasks.delete(task);
      task.then(done, done);
      return task;
    },
    close: (): void => closing.abort(),
    ended: () => Promise.allSettled(tasks),
  };
};

/** The more visitors, the more often they are served, within bounds. */
const tickMs = (visitorsPerSecond: number): number =>
  Math.min(SLOWEST_TICK_MS, Math.max(FASTEST_TICK_MS, 250 / visitorsPerSecond));

/** Honest traffic until so many more failures are inconspicuous. */
const rushUntilInconspicuous = async (traffic: Traffic, failures: number, isOpen: () => boolean): Promise<void> => {
  for (;;) {
    const missing = traffic.account.shortfall(traffic.databaseNow(), failures);
    if (missing === 0 || !isOpen()) return;
    if ((await traffic.rush(Math.min(missing, RUSH_SIZE))) === 0) return;
  }
};

const statusOf = (
  state: { running: boolean; speed: number; auto: boolean },
  labels: LabelStore,
  { transactions, madeAnew }: { transactions: number; madeAnew: boolean },
): TrainingStatus => {
  const last = labels.done().at(-1);
  return {
    state: state.running ? 'running' : 'paused',
    speed: state.speed,
    autoFaults: state.auto,
    transactions,
    faults: labels.done().length,
    lastFault:
      last === undefined ? null : { kind: last.kind, cardId: last.cardId, amountCents: last.amountCents, at: last.at },
    madeAnew,
  };
};

const run = (
  options: SimulatorOptions,
  { traffic, before, stream }: { traffic: Traffic; before: number; stream: (name: number) => Random },
): Simulator => {
  const { database, labels, clock, log, monitoring } = options;
  const now = () => clock.monotonic();
  const pacing = createPacing(stream(2));
  const autoFaults = createAutoFaults({
    ...{ random: stream(3), account: traffic.account, labels: labels.done, startedAt: now() },
  });
  const state = { running: options.running ?? true, speed: options.speed ?? 1, auto: options.autoFaults ?? true };
  autoFaults.reschedule(now(), state.speed);
  const tasks = createTasks();
  const { closed, track, pause } = tasks;
  let lost = false;

  const status = () =>
    statusOf(state, labels, { transactions: before + traffic.written(), madeAnew: options.madeAnew ?? false });
  const throttle = createThrottle(() => {
    if (!closed()) options.onStatus?.(status());
  });
  const fail = (error: unknown): void => {
    if (closed() || lost) return;
    lost = true;
    log.warn('the simulated festival lost its database and waits for it', { error });
  };
  const isOpen = (): boolean => state.running && !lost && !closed();
  const makeRoom = (failures: number) => rushUntilInconspicuous(traffic, failures, isOpen);
  const faults = createFaults({ database, traffic, random: stream(4), clock, labels, makeRoom, pause, monitoring });
  const inject = async (kind: FaultKind): Promise<Label> => {
    tasks.signal.throwIfAborted();
    const label = await track(faults.inject(kind));
    log.info('a fault was injected', { kind, card: label.cardId });
    throttle.call();
    return label;
  };
  const tills = createTills({ act: () => track(traffic.act().then(throttle.call, fail)), isOpen });
  const healing = createHealing({ database, labels, traffic, now });

  let lastTick = now();
  const tick = async (): Promise<void> => {
    const elapsed = now() - lastTick;
    lastTick = now();
    if (lost) {
      await options.onLost?.();
      await loadFestival({ database, labels, traffic });
      lost = false;
      log.info('the simulated festival has its database again');
    }
    await healing.checkWhenDue();
    if (!state.running) return;
    const visitors = pacing.advance(elapsed, state.speed);
    tills.queue(visitors, Math.max(TILLS, Math.ceil(pacing.perSecond(state.speed) * PATIENCE_S)));
    // After a pause or at a lower speed the last minutes may hold few orders and an old failure: then a queue comes.
    await makeRoom(0);
    const kind = state.auto ? autoFaults.due(now(), traffic.databaseNow()) : undefined;
    if (kind !== undefined) {
      void inject(kind).catch((error) => {
        if (!closed()) log.warn('a fault could not be injected', { kind, error });
      });
    }
    tills.serve();
  };
  const loop = async (): Promise<void> => {
    while (!closed()) {
      await tick().catch(fail);
      await pause(lost ? RETRY_MS : tickMs(state.running ? pacing.perSecond(state.speed) : 0)).catch(() => undefined);
    }
  };
  const looping = loop();

  return {
    traffic,
    status,
    setRunning: (next) => {
      state.running = next;
      tills.sendHome();
      throttle.call();
    },
    setSpeed: (next) => {
      state.speed = Math.min(600, Math.max(1, next));
      tills.sendHome();
      autoFaults.reschedule(now(), state.speed);
      throttle.call();
    },
    setAutoFaults: (on) => {
      state.auto = on;
      throttle.call();
    },
    inject,
    label: (id) => labels.done().find((one) => one.id === id),
    close: async () => {
      tasks.close();
      throttle.close();
      await looping;
      await tasks.ended();
    },
  };
};
