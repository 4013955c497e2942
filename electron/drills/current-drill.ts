import { z } from 'zod';
import { type DrillResult, type Drills, drillResultSchema } from '../../shared/contract/drills.ts';
import { scoreDrill } from '../../shared/domain/drill-score.ts';
import { DRILLS } from '../../shared/domain/drills.ts';
import type { FaultKind } from '../../shared/domain/fault.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import type { Log } from '../lib/log.ts';
import { publishOnChange } from '../lib/publish-on-change.ts';
import type { Site } from '../site/site.ts';
import type { Label, TrainingFestival } from '../training/index.ts';
import { canFinish, isOver, type Running, viewOf } from './drill-view.ts';
import { factsOf, timesOf } from './facts.ts';
import { type Reading, readDrill } from './reading.ts';
import { type DrillRow, endDrill, noteFault, readResults, readRunning } from './rows.ts';

export type Training = Pick<TrainingFestival, 'inject' | 'label' | 'status' | 'setAutoFaults'>;
type AbandonReason = Extract<DrillResult, { outcome: 'abandoned' }>['reason'];

/** The drill that is under way, as database, memory and screens have it. Its functions are called one at a time. */
export type CurrentDrill = {
  /** Undefined: the database has not been asked yet. */
  get(): Running | null | undefined;
  view(): Drills;
  /** Publishes the view where it changed. */
  publish(): void;
  start(row: DrillRow, kind: FaultKind): Running;
  /** The fault is done: the clock begins. Nothing happens where the drill was abandoned meanwhile. */
  noteFault(row: DrillRow, label: Label): Promise<void>;
  /** After a start: a drill whose fault is in the labels goes on, any other is over. */
  recover(training: Training): Promise<void>;
  /** Reads how it stands, and ends it where it is over. */
  refresh(training: Training): Promise<void>;
  /** Scores it as it stands, where it is not over already. @returns false where it cannot end yet. */
  finish(): Promise<boolean>;
  /** The operator ends it without a score. */
  abandon(training: Training): Promise<void>;
  /** The festival could not have the fault. */
  abandonWithoutFault(row: DrillRow): Promise<void>;
  /** Another festival is open now. */
  reset(): void;
};

/** The results of this laptop's training, also while it serves a real festival. */
const RESULTS = 'drills';

type CurrentDrillOptions = {
  festival: () => Pick<Site, 'database'>;
  training: () => Training | null;
  store: PreferenceStore;
  log: Pick<Log, 'info'>;
  /** The view changed. */
  onChange: () => void;
};

export const createCurrentDrill = (options: CurrentDrillOptions): CurrentDrill => {
  const { festival, training, store, log } = options;
  let running: Running | null | undefined;
  const results = createResults(store, festival);

  const view = (): Drills => ({
    running: training() === null || !running ? null : viewOf(running),
    results: results.list(),
  });
  const publishView = publishOnChange<Drills>(options.onChange);
  const publish = (): void => {
    publishView(view());
  };
  const end = async (
    row: DrillRow,
    ending: { outcome: DrillResult['outcome']; kind: FaultKind | null; points: number | null; result: object },
  ): Promise<void> => {
    await festival().database.write((tx) => endDrill(tx, row.drillId, ending));
    if (row.quiet) training()?.setAutoFaults(true);
    // Nobody may see that it is over before they can see how.
    await results.load();
    running = null;
    log.info('a drill ended', { drill: row.drillId, outcome: ending.outcome, points: ending.points });
    publish();
  };
  const abandonFor = (reason: AbandonReason, row: DrillRow, label: Label | null): Promise<void> =>
    end(row, { outcome: 'abandoned', kind: label?.kind ?? null, points: null, result: { reason } });
  const score = (row: DrillRow, label: Label, reading: Reading): Promise<void> => {
    const { facts, steps, runbookId } = factsOf(label, reading);
    const { points, items } = scoreDrill(facts);
    const result = { items, times: timesOf(reading), steps, runbookId };
    return end(row, { outcome: 'finished', kind: label.kind, points, result });
  };

  const recover = async (open: Training): Promise<void> => {
    await results.load();
    const row = await festival().database.read(readRunning);
    running = null;
    if (row === undefined) return;
    const label = row.faultId === null ? undefined : open.label(row.faultId);
    if (label === undefined) return abandonFor('restart', row, null);
    if (row.quiet) open.setAutoFaults(false);
    running = { row, kind: label.kind, label, reading: null };
  };

  const refresh = async (open: Training): Promise<void> => {
    if (running === undefined) await recover(open);
    if (!running || running.label === null || running.row.faultAt === null) return publish();
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
    publish();
  };

  return {
    get: () => running,
    view,
    publish,
    start: (row, kind) => {
      running = { row, kind, label: null, reading: null };
      return running;
    },
    noteFault: async (row, label) => {
      if (!running || running.row.drillId !== row.drillId) return;
      const { kind } = running;
      await festival().database.write((tx) => noteFault(tx, row.drillId, label));
      running = { row: { ...row, faultId: label.id, faultAt: label.at }, kind, label, reading: null };
    },
    recover,
    refresh,
    finish: async () => {
      if (!running) return true;
      const { row, label, reading } = running;
      if (label === null || reading === null || !canFinish(reading)) return false;
      await score(row, label, reading);
      return true;
    },
    abandon: async (open) => {
      if (running === undefined) await recover(open);
      if (running) await abandonFor('operator', running.row, running.label);
    },
    abandonWithoutFault: async (row) => {
      if (running?.row.drillId === row.drillId) await abandonFor('no_fault', row, null);
    },
    reset: () => {
      running = undefined;
      publish();
    },
  };
};

const createResults = (store: PreferenceStore, festival: CurrentDrillOptions['festival']) => {
  let results = store.read(RESULTS, z.array(drillResultSchema)) ?? [];
  return {
    list: () => results,
    load: async (): Promise<void> => {
      results = await festival().database.read(readResults);
      store.write(RESULTS, results);
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
