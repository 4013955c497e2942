import { v7 as uuid } from 'uuid';
import type { Drills, RunningDrill } from '../../shared/contract/drills.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { DRILLS } from '../../shared/domain/drills.ts';
import { FAULT_KINDS, type FaultKind } from '../../shared/domain/fault.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import type { Log } from '../lib/log.ts';
import { createMutex } from '../lib/mutex.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import type { Site } from '../site/site.ts';
import { FaultImpossible } from '../training/index.ts';
import { createCurrentDrill, type Training } from './current-drill.ts';
import { viewOf } from './drill-view.ts';
import { injectFault } from './inject.ts';
import { type DrillRow, insertDrill, readRunning, readSpike } from './rows.ts';

/** Runbooks against the clock, in the training festival alone. One at a time. */
export type DrillRunner = {
  /** The drill under way, and the results, from this laptop alone. */
  view(): Drills;
  start(what: { kind: FaultKind | null; quiet: boolean; operator: string | null }): Promise<Answer<RunningDrill>>;
  /** Scores it as it stands. */
  finish(): Promise<Answer<Record<string, never>>>;
  abandon(): Promise<Answer<Record<string, never>>>;
  /** The renderer was notified of this: the drill may stand otherwise. */
  notice(event: RegieEvent): void;
  /** Another festival is open now. */
  reset(): void;
  close(): Promise<void>;
};

const REFRESH_MS = 1_000;

type DrillOptions = {
  festival: () => Pick<Site, 'database' | 'reachable' | 'engine'>;
  training: () => Training | null;
  laptop: string;
  store: PreferenceStore;
  random: () => number;
  log: Log;
  publish: (event: RegieEvent) => void;
};

export const createDrills = (options: DrillOptions): DrillRunner => {
  const { festival, training, laptop, store, random, log } = options;
  const current = createCurrentDrill({
    ...{ festival, training, store, log },
    onChange: () => options.publish({ event: 'drills' }),
  });
  let closed = false;
  /** One thing at a time: a refresh must not read what an ending is about to change. */
  const mutex = createMutex();

  const refresh = async (): Promise<void> => {
    const open = training();
    if (closed || open === null || current.get() === null || !festival().reachable()) return;
    await current.refresh(open);
  };
  const refreshSoon = (): void => {
    void mutex.run(refresh).catch((error) => {
      if (!closed && !isConnectionError(error)) log.warn('the drill could not be read', { error });
    });
  };

  /** Does the fault to the festival. */
  const makeFault = async (open: Training, kind: FaultKind, row: DrillRow): Promise<void> => {
    try {
      const label = await injectFault(open, festival(), kind);
      await mutex.run(() => current.noteFault(row, label));
      refreshSoon();
    } catch (error) {
      if (closed) return;
      if (!(error instanceof FaultImpossible)) log.warn('the fault of a drill could not be made', { kind, error });
      await mutex
        .run(() => current.abandonWithoutFault(row))
        .catch((cause) => log.warn('a drill without a fault could not be ended', { error: cause }));
    }
  };

  const start = async (
    open: Training,
    { kind, quiet, operator }: Parameters<DrillRunner['start']>[0],
  ): Promise<Answer<RunningDrill>> => {
    if (operator === null) return failed('not_signed_in');
    if (current.get() === undefined) await current.recover(open);
    const other = current.get();
    if (other) return failed('drill_running', { name: other.row.operator });
    const chosen = await chooseFault(festival(), kind, random);
    if (chosen === undefined) return failed('drill_not_now');
    const drill = {
      ...{ drillId: uuid(), operator, laptop, surprise: kind === null },
      // What was off before stays off afterwards.
      quiet: quiet && open.status().autoFaults,
    };
    const row = await festival().database.write(async (tx) =>
      (await insertDrill(tx, drill)) ? readRunning(tx) : undefined,
    );
    if (row === undefined) return failed('drill_running', { name: '' });
    if (row.quiet) open.setAutoFaults(false);
    const running = current.start(row, chosen);
    current.publish();
    void makeFault(open, chosen, row);
    return answered(viewOf(running));
  };

  const whenOpen = async <T>(work: (open: Training) => Promise<Answer<T>>): Promise<Answer<T>> => {
    const open = training();
    if (open === null) return failed('training_only');
    if (!festival().reachable()) return failed('offline');
    return mutex.run(() => work(open));
  };

  const timer = setInterval(() => {
    if (training() !== null && current.get() !== null) refreshSoon();
  }, REFRESH_MS);

  return {
    view: current.view,
    start: (what) => whenOpen((open) => start(open, what)),
    finish: () =>
      whenOpen(async () => {
        await refresh();
        return (await current.finish()) ? answered({}) : failed('drill_not_over');
      }),
    abandon: () =>
      whenOpen(async (open) => {
        await current.abandon(open);
        return answered({});
      }),
    notice: ({ event }) => {
      if (current.get() !== null && (event === 'alerts' || event === 'detail')) refreshSoon();
    },
    reset: current.reset,
    close: async () => {
      closed = true;
      clearInterval(timer);
      await mutex.settled();
    },
  };
};

/** The fault that was asked for, or any that can be found now. Undefined where it cannot be: a spike hides a spike. */
const chooseFault = async (
  { database }: Pick<Site, 'database'>,
  kind: FaultKind | null,
  random: () => number,
): Promise<FaultKind | undefined> => {
  const spike = await database.read(readSpike);
  if (kind !== null) return kind === 'failure_spike' && spike ? undefined : kind;
  const kinds = FAULT_KINDS.filter((one) => !DRILLS[one].written && !(spike && one === 'failure_spike'));
  return kinds[Math.floor(random() * kinds.length)];
};
