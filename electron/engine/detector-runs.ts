import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { pipelined, type Transaction } from '../postgres/pool.ts';
import type { CardComparison, Detection, Detector } from './detector.ts';
import { type DetectorRun, type DetectorState, NO_STATE, settingsOf } from './detector-state.ts';
import { detectors } from './detectors/registry.ts';
import { arrivalsIn } from './lookback/arrivals.ts';
import { lookbackIn } from './lookback/lookback.ts';
import type { Reading } from './tail/tail.ts';

/** One detector's work in this cycle. */
type DetectorWork = { readonly detector: Detector; readonly detect: (settings: unknown) => Promise<Detection> };

/**
 * Runs the detectors in the cycle's transaction, pipelined. When one of them fails, all are run once more, each alone: it
 * loses only its own work, and its position stays where it was.
 * @param options.everyone also those to which nothing new has come, because time alone may end what they have found
 * @param options.compareCards the input of the card detectors: when it fails, only those fail; null when there
 * is nothing to compare
 */
export const runDetectors = async (
  tx: Transaction,
  options: {
    reading: Reading;
    states: ReadonlyMap<string, DetectorState>;
    everyone: boolean;
    compareCards: () => Promise<CardComparison[] | null>;
    clock: Pick<Clock, 'monotonic'>;
    log: Log;
    /** Settings that were found not to fit, so that each is logged once. */
    warned: Set<string>;
  },
): Promise<DetectorRun[]> => {
  const { reading, states, everyone, compareCards, clock, log, warned } = options;
  const run = async ({ detector, detect }: DetectorWork): Promise<DetectorRun> => {
    const started = clock.monotonic();
    const settings = settingsOf(detector, states.get(detector.algorithm)?.settings, { log, warned });
    const detection = await detect(settings);
    return { detector, detection, durationMs: clock.monotonic() - started, error: null };
  };
  const runAlone = async (work: DetectorWork): Promise<DetectorRun> => {
    const started = clock.monotonic();
    const { detector } = work;
    try {
      return await tx.savepoint(() => run(work));
    } catch (error) {
      // A broken connection is no detector's fault: the whole cycle fails with it.
      if (isGone(error)) throw error;
      log.error('a detector failed', { algorithm: detector.algorithm, error });
      const message = error instanceof Error ? error.message : String(error);
      return { detector, detection: null, durationMs: clock.monotonic() - started, error: message };
    }
  };

  try {
    const runs = await tx.savepoint(() =>
      pipelined([
        ...arrivalWork(tx, reading, states, everyone).map(run),
        compareCards().then((comparisons) => pipelined(cardWork(reading, comparisons).map(run))),
      ]),
    );
    return runs.flat();
  } catch (error) {
    if (isGone(error)) throw error;
    const runs: DetectorRun[] = [];
    for (const work of arrivalWork(tx, reading, states, everyone)) runs.push(await runAlone(work));
    const comparisons = await tx.savepoint(compareCards).catch((failure: unknown) => {
      if (isGone(failure)) throw failure;
      return failure instanceof Error ? failure : new Error(String(failure));
    });
    for (const work of cardWork(reading, comparisons)) runs.push(await runAlone(work));
    return runs;
  }
};

const arrivalWork = (
  tx: Transaction,
  reading: Reading,
  states: ReadonlyMap<string, DetectorState>,
  everyone: boolean,
): DetectorWork[] => {
  const { now, after } = reading;
  const arrivals = arrivalsIn(tx, reading);
  const lookback = lookbackIn(tx, reading);
  return detectors.flatMap((detector): DetectorWork[] => {
    if (detector.input !== 'arrivals') return [];
    const state = states.get(detector.algorithm) ?? NO_STATE;
    const isBehind = state.transactions_seen < after.transactions || state.scans_seen < after.scans;
    if (!isBehind && !everyone && !detector.hasPendingWork?.(state.state)) return [];
    const detect = async (settings: unknown): Promise<Detection> =>
      detector.detect({
        lookback,
        settings,
        now,
        state: state.state,
        transactions: await arrivals.transactions(state.transactions_seen),
        scans: await arrivals.scans(state.scans_seen),
      });
    return [{ detector, detect }];
  });
};

const cardWork = ({ now }: Reading, comparisons: readonly CardComparison[] | Error | null): DetectorWork[] =>
  detectors.flatMap((detector): DetectorWork[] => {
    if (detector.input !== 'cards' || comparisons === null) return [];
    const detect = async (settings: unknown): Promise<Detection> => {
      if (comparisons instanceof Error) throw comparisons;
      return detector.detect({ settings, now, comparisons: comparisons });
    };
    return [{ detector, detect }];
  });

/** SQLSTATE class 08 and 57P: the connection or the server is gone; 40: another engine was first. */
const isGone = (error: unknown): boolean => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^(08|57P|40)/.test(code) || (error instanceof Error && error.message.includes('Connection terminated'));
};
