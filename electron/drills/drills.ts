import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type DrillResult, type Drills, drillResultSchema, type RunningDrill } from '../../shared/contract/drills.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { FAULT_KINDS, type FaultKind } from '../../shared/contract/status.ts';
import { scoreDrill } from '../../shared/domain/drill-score.ts';
import { DRILLS } from '../../shared/domain/drills.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import type { Log } from '../lib/log.ts';
import { createMutex } from '../lib/mutex.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import { publishOnChange } from '../lib/publish-on-change.ts';
import type { SessionStore } from '../session/store.ts';
import type { Site } from '../site/site.ts';
import { FaultImpossible, type Label, type TrainingFestival } from '../training/index.ts';
import { injectFault } from './inject.ts';
import { factsOf, progressOf, timesOf } from './judge.ts';
import { type Reading, readDrill } from './reading.ts';
import { type DrillRow, endDrill, insertDrill, noteFault, readResults, readRunning, readSpike } from './rows.ts';

type AbandonedFor = Extract<DrillResult, { outcome: 'abandoned' }>['reason'];

/** Runbooks against the clock, in the training festival alone. One at a time. */
export type DrillMaster = {
  /** The drill that runs, and the results, from this laptop alone. */
  view(): Drills;
  begin(what: { kind: FaultKind | null; quiet: boolean }): Promise<Answer<RunningDrill>>;
  /** Scores it as it stands. */
  finish(): Promise<Answer<Record<string, never>>>;
  abandon(): Promise<Answer<Record<string, never>>>;
  /** Something was told to the renderer: the drill may stand otherwise. */
  notice(event: RegieEvent): void;
  /** Another festival is open now. */
  reset(): void;
  close(): Promise<void>;
};

type Training = Pick<TrainingFestival, 'inject' | 'label' | 'status' | 'setAutoFaults'>;

type Running = {
  readonly row: DrillRow;
  readonly kind: FaultKind;
  /** Null while the fault is being made. */
  readonly label: Label | null;
  readonly reading: Reading | null;
};

/** The results of this laptop's training, also while it serves a real festival. */
const KEPT = 'drills';
const LOOK_MS = 1_000;

export const createDrills = (options: {
  festival: () => Pick<Site, 'database' | 'reachable' | 'engine'>;
  training: () => Training | null;
  session: Pick<SessionStore, 'operator' | 'get'>;
  store: PreferenceStore;
  random: () => number;
  log: Log;
  publish: (event: RegieEvent) => void;
}): DrillMaster => {
  const { festival, training, session, store, random, log, publish } = options;
  /** Undefined: the database has not been asked yet. */
  let running: Running | null | undefined;
  let closed = false;
  /** One thing at a time: a refresh must not read what an ending is about to change. */
  const mutex = createMutex();

  let results = store.read(KEPT, z.array(drillResultSchema)) ?? [];
  const view = (): Drills => ({
    running: training() === null || !running ? null : viewOf(running),
    results,
  });
  const publishView = publishOnChange<Drills>(() => publish({ event: 'drills' }));
  const tell = (): void => {
    publishView(view());
  };

  const keepResults = async (): Promise<void> => {
    results = await festival().database.read(readResults);
    store.write(KEPT, results);
  };

  const end = async (
    row: DrillRow,
    ending: { outcome: DrillResult['outcome']; kind: FaultKind | null; points: number | null; result: object },
  ): Promise<void> => {
    await festival().database.write((tx) => endDrill(tx, row.drillId, ending));
    if (row.quiet) training()?.setAutoFaults(true);
    // Nobody may see that it is over before they can see how.
    await keepResults();
    running = null;
    log.info('a drill ended', { drill: row.drillId, outcome: ending.outcome, points: ending.points });
    tell();
  };

  const abandonFor = (reason: AbandonedFor, row: DrillRow, label: Label | null): Promise<void> =>
    end(row, { outcome: 'abandoned', kind: label?.kind ?? null, points: null, result: { reason } });

  const score = (row: DrillRow, label: Label, reading: Reading): Promise<void> => {
    const { facts, steps, runbookId } = factsOf(label, reading);
    const { points, items } = scoreDrill(facts);
    return end(row, {
      ...{ outcome: 'finished', kind: label.kind, points },
      result: { items, times: timesOf(reading), steps, runbookId },
    });
  };

  /** After a start: a drill whose fault is known goes on, any other is over. */
  const recover = async (open: Training): Promise<void> => {
    await keepResults();
    const row = await festival().database.read(readRunning);
    running = null;
    if (row === undefined) return;
    const label = row.faultId === null ? undefined : open.label(row.faultId);
    if (label === undefined) return abandonFor('restart', row, null);
    if (row.quiet) open.setAutoFaults(false);
    running = { row, kind: label.kind, label, reading: null };
  };

  const look = async (): Promise<void> => {
    const open = training();
    if (closed || open === null || running === null || !festival().reachable()) return;
    if (running === undefined) await recover(open);
    if (!running || running.label === null || running.row.faultAt === null) return tell();
    const { row, label } = running;
    const { database } = festival();
    const current = await database.read(readRunning);
    // Somebody has ended it in the database.
    if (current?.drillId !== row.drillId) {
      running = undefined;
      return;
    }
    const reading = await database.read((tx) => readDrill(tx, soughtOf(row, label)));
    running = { ...running, reading };
    if (isOver(reading)) await score(row, label, reading);
    else if (current.forgotten) await abandonFor('too_long', row, label);
    tell();
  };
  const lookSoon = (): void => {
    void mutex.run(look).catch((error) => {
      if (!closed && !isConnectionError(error)) log.warn('the drill could not be looked at', { error });
    });
  };

  /** Does the fault to the festival; the clock begins when it is done. */
  const make = async (open: Training, kind: FaultKind, row: DrillRow): Promise<void> => {
    try {
      const label = await injectFault(open, festival(), kind);
      await mutex.run(async () => {
        // Abandoned meanwhile.
        if (!running || running.row.drillId !== row.drillId) return;
        await festival().database.write((tx) => noteFault(tx, row.drillId, label));
        running = { row: { ...row, faultId: label.id, faultAt: label.at }, kind, label, reading: null };
      });
      lookSoon();
    } catch (error) {
      if (closed) return;
      if (!(error instanceof FaultImpossible)) log.warn('the fault of a drill could not be made', { kind, error });
      await mutex
        .run(async () => {
          if (running?.row.drillId === row.drillId) await abandonFor('no_fault', row, null);
        })
        .catch((cause) => log.warn('a drill without a fault could not be ended', { error: cause }));
    }
  };

  const choose = async (kind: FaultKind | null): Promise<FaultKind | undefined> => {
    const spike = await festival().database.read(readSpike);
    if (kind !== null) return kind === 'failure_spike' && spike ? undefined : kind;
    const kinds = FAULT_KINDS.filter((one) => !DRILLS[one].written && !(spike && one === 'failure_spike'));
    return kinds[Math.floor(random() * kinds.length)];
  };

  const whenOpen = async <T>(work: (open: Training) => Promise<Answer<T>>): Promise<Answer<T>> => {
    const open = training();
    if (open === null) return failed('training_only');
    if (!festival().reachable()) return failed('offline');
    return mutex.run(() => work(open));
  };

  const timer = setInterval(() => {
    if (training() !== null && running !== null) lookSoon();
  }, LOOK_MS);

  return {
    view,
    begin: ({ kind, quiet }) =>
      whenOpen(async (open) => {
        const operator = session.operator();
        if (operator === null) return failed('not_signed_in');
        if (running === undefined) await recover(open);
        if (running) return failed('drill_running', { name: running.row.operator });
        const chosen = await choose(kind);
        if (chosen === undefined) return failed('drill_not_now');
        const drill = {
          ...{ drillId: uuid(), operator, laptop: session.get().laptop, surprise: kind === null },
          // What was off before stays off afterwards.
          quiet: quiet && open.status().autoFaults,
        };
        const row = await festival().database.write(async (tx) =>
          (await insertDrill(tx, drill)) ? readRunning(tx) : undefined,
        );
        if (row === undefined) return failed('drill_running', { name: '' });
        if (row.quiet) open.setAutoFaults(false);
        running = { row, kind: chosen, label: null, reading: null };
        tell();
        void make(open, chosen, row);
        return answered(viewOf(running));
      }),
    finish: () =>
      whenOpen(async () => {
        await look();
        // It was over by itself.
        if (!running) return answered({});
        const { row, label, reading } = running;
        if (label === null || reading === null || !canFinish(reading)) return failed('drill_not_over');
        await score(row, label, reading);
        return answered({});
      }),
    abandon: () =>
      whenOpen(async (open) => {
        if (running === undefined) await recover(open);
        if (running) await abandonFor('operator', running.row, running.label);
        return answered({});
      }),
    notice: ({ event }) => {
      if (running !== null && (event === 'alerts' || event === 'detail')) lookSoon();
    },
    reset: () => {
      running = undefined;
      tell();
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      await mutex.settled();
    },
  };
};

const soughtOf = (row: DrillRow, label: Label) => ({
  algorithm: DRILLS[label.kind].algorithm,
  cardId: label.cardId,
  about: label.about,
  begunAt: row.begunAt,
  faultAt: label.at,
});

const isClosed = ({ alert }: Reading): boolean => alert?.status === 'RESOLVED' || alert?.status === 'FALSE_POSITIVE';
/** The alert is closed, and nobody goes on with its runbook. */
const isOver = (reading: Reading): boolean => isClosed(reading) && (reading.run === null || reading.run.finished);
const canFinish = (reading: Reading): boolean => isClosed(reading) || reading.run?.finished === true;

const NOTHING_YET = { alert: null, run: null, corrections: [], discrepancyCents: null };

const viewOf = ({ row, kind, label, reading }: Running): RunningDrill => {
  const read = reading ?? NOTHING_YET;
  const times = timesOf(read);
  const progress = progressOf(read);
  const answeredAlert = times.acknowledgedMs !== null;
  return {
    drillId: row.drillId,
    kind: row.surprise ? null : kind,
    operator: row.operator,
    laptop: row.laptop,
    quiet: row.quiet,
    begunAt: row.begunAt,
    faultAt: row.faultAt,
    times,
    stepsDone: progress?.done ?? 0,
    stepsKnown: progress?.known ?? null,
    incidentId: answeredAlert ? (read.alert?.incidentId ?? null) : null,
    answer: answeredAlert && label !== null && DRILLS[label.kind].asks ? label.kind : null,
    canFinish: canFinish(read),
  };
};
