import { setTimeout as wait } from 'node:timers/promises';
import type { FaultKind, TrainingStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createAutoFaults } from './auto-faults.ts';
import { createFaults } from './faults.ts';
import { countTransactions, createCards, findHealedCards, readFestivalState } from './festival-state.ts';
import type { Label, LabelStore } from './labels.ts';
import { createPacing } from './pacing.ts';
import { createRandom } from './random.ts';
import { createThrottle } from './throttle.ts';
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

/** Tills that work at the same time; one connection more is left for faults. */
const LANES = 4;
const FASTEST_TICK_MS = 20;
const SLOWEST_TICK_MS = 250;
/** What could not be served in so many seconds goes home. */
const PATIENCE_S = 2;
const RETRY_MS = 1_000;
/** Spikes that may lie within the last 15 minutes, generously. */
const LATE_SPIKES = 4;
/** Guests who paid online before the gates opened, so that a new festival begins alive. */
const FIRST_GUESTS = 120;
const SET_APART_MS = 60 * 60_000;
const HEALING_CHECK_MS = 10 * 60_000;
const FIRST_HEALING_CHECK_MS = 60_000;

/**
 * Starts the simulator on a festival that is prepared (festival.ts). Everything that matters is in the database and
 * among the labels: it may be killed at any moment.
 */
export const startSimulator = async (options: {
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
}): Promise<Simulator> => {
  const { database, labels, seed, clock, log } = options;
  const now = () => clock.monotonic();
  if (await createCards(database, seed)) labels.startOver();
  const before = await countTransactions(database);
  // A restart goes on with other choices than the start had, and still the same ones each time.
  const stream = (name: number) => createRandom(Math.imul(seed, 0x9e3779b1) + Math.imul(before, 31) + name);

  const traffic = createTraffic({ database, random: stream(1), clock });
  const pacing = createPacing(stream(2));
  const autoFaults = createAutoFaults({
    random: stream(3),
    account: traffic.account,
    labels: labels.done,
    startedAt: now(),
  });
  let running = options.running ?? true;
  let speed = options.speed ?? 1;
  let auto = options.autoFaults ?? true;
  autoFaults.reschedule(now(), speed);

  const closing = new AbortController();
  const closed = () => closing.signal.aborted;
  const tasks = new Set<Promise<unknown>>();
  const track = <T>(task: Promise<T>): Promise<T> => {
    tasks.add(task);
    const done = () => void tasks.delete(task);
    task.then(done, done);
    return task;
  };
  let lost = false;

  const load = async (): Promise<void> => {
    const spikes = labels.done().filter((label) => label.kind === 'failure_spike');
    const known = new Set(traffic.book().cards.map((card) => card.id));
    traffic.load(
      await readFestivalState(
        database,
        spikes.slice(-LATE_SPIKES).flatMap((label) => label.logIds),
      ),
    );
    for (const { cardId } of labels.touched()) {
      const card = traffic.book().find(cardId);
      if (card === undefined || known.has(cardId)) continue;
      card.marked = true;
      card.faulted = true;
    }
  };

  const fail = (error: unknown): void => {
    if (closed() || lost) return;
    lost = true;
    log.warn('the simulated festival lost its database and waits for it', { error });
  };

  const status = (): TrainingStatus => {
    const last = labels.done().at(-1);
    return {
      state: running ? 'running' : 'paused',
      speed,
      autoFaults: auto,
      transactions: before + traffic.written(),
      faults: labels.done().length,
      lastFault:
        last === undefined
          ? null
          : { kind: last.kind, cardId: last.cardId, amountCents: last.amountCents, at: last.at },
      madeAnew: options.madeAnew ?? false,
    };
  };
  const throttle = createThrottle(() => {
    if (!closed()) options.onStatus?.(status());
  });

  /** Honest traffic until so many more failures are inconspicuous. */
  const makeRoom = async (failures: number): Promise<void> => {
    for (;;) {
      const missing = traffic.account.shortfall(traffic.databaseNow(), failures);
      if (missing === 0 || !running || lost || closed()) return;
      if ((await traffic.rush(Math.min(missing, RUSH_SIZE))) === 0) return;
    }
  };

  const faults = createFaults({
    database,
    traffic,
    random: stream(4),
    clock,
    labels,
    makeRoom,
    pause: (ms) => wait(ms, undefined, { signal: closing.signal }),
    monitoring: options.monitoring,
  });
  const inject = async (kind: FaultKind): Promise<Label> => {
    closing.signal.throwIfAborted();
    const label = await track(faults.inject(kind));
    log.info('a fault was injected', { kind, card: label.cardId });
    throttle.call();
    return label;
  };

  let owed = 0;
  let lanes = 0;
  const pump = (): void => {
    while (owed > 0 && lanes < LANES && running && !lost && !closed()) {
      owed -= 1;
      lanes += 1;
      void track(
        traffic
          .act()
          .then(throttle.call, fail)
          .finally(() => {
            lanes -= 1;
            pump();
          }),
      );
    }
  };

  let lastTick = now();
  let nextHealing = now() + FIRST_HEALING_CHECK_MS;
  const tick = async (): Promise<void> => {
    const elapsed = now() - lastTick;
    lastTick = now();
    if (lost) {
      await options.onLost?.();
      await load();
      lost = false;
      log.info('the simulated festival has its database again');
    }
    if (now() >= nextHealing) {
      nextHealing = now() + HEALING_CHECK_MS;
      await release();
    }
    if (!running) return;
    owed += pacing.advance(elapsed, speed);
    owed = Math.min(owed, Math.max(LANES, Math.ceil(pacing.perSecond(speed) * PATIENCE_S)));
    // After a pause or at a lower speed the last minutes may hold few orders and an old failure: then a queue comes.
    await makeRoom(0);
    const kind = auto ? autoFaults.due(now(), traffic.databaseNow()) : undefined;
    if (kind !== undefined) {
      void inject(kind).catch((error) => {
        if (!closed()) log.warn('a fault could not be injected', { kind, error });
      });
    }
    pump();
  };

  /** Cards whose fault was put right take part again after an hour; one whose log was edited breaks every next order. */
  const release = async (): Promise<void> => {
    const edited = new Set(labels.done().flatMap(({ kind, cardId }) => (kind === 'edited_log' ? cardId : [])));
    const old = labels
      .touched()
      .filter(({ cardId }) => !edited.has(cardId))
      .filter(({ at }) => at < traffic.databaseNow() - SET_APART_MS)
      .map(({ cardId }) => cardId)
      .filter((cardId) => traffic.book().find(cardId)?.faulted === true);
    if (old.length === 0) return;
    for (const { id, balance } of await findHealedCards(database, old)) {
      const card = traffic.book().find(id);
      if (card === undefined || card.busy) continue;
      card.faulted = false;
      card.balance = balance;
    }
  };

  const pause = (): number => {
    if (lost) return RETRY_MS;
    if (!running) return SLOWEST_TICK_MS;
    return Math.min(SLOWEST_TICK_MS, Math.max(FASTEST_TICK_MS, 250 / pacing.perSecond(speed)));
  };
  const loop = async (): Promise<void> => {
    while (!closed()) {
      try {
        await tick();
      } catch (error) {
        fail(error);
      }
      await wait(pause(), undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };

  await load();
  if (running && before === 0) {
    for (let guests = FIRST_GUESTS; guests > 0; guests -= RUSH_SIZE) await traffic.rush(Math.min(guests, RUSH_SIZE));
  }
  const looping = loop();

  return {
    traffic,
    status,
    setRunning: (next) => {
      running = next;
      owed = 0;
      throttle.call();
    },
    setSpeed: (next) => {
      speed = Math.min(600, Math.max(1, next));
      owed = 0;
      autoFaults.reschedule(now(), speed);
      throttle.call();
    },
    setAutoFaults: (on) => {
      auto = on;
      throttle.call();
    },
    inject,
    label: (id) => labels.done().find((one) => one.id === id),
    close: async () => {
      closing.abort();
      throttle.close();
      await looping;
      await Promise.allSettled(tasks);
    },
  };
};
