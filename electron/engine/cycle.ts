import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { pipelined, type Transaction } from '../postgres/pool.ts';
import { readProbes } from './canary.ts';
import { compareDueCards, type Sweep, type Swept } from './card-sweep.ts';
import { recordCycle } from './cycle-record.ts';
import { runDetectors } from './detector-runs.ts';
import { type DetectorRun, readDetectorStates, recordRuns } from './detector-state.ts';
import { endAcknowledgements, endHandovers } from './findings/acknowledgements.ts';
import { correlateFindings } from './findings/correlation.ts';
import { clearFindings, closeCleared, writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';
import { BATCH } from './tail/positions.ts';
import { readLogs } from './tail/tail.ts';

export type CycleReport = {
  readonly transactionsRead: number;
  readonly scansRead: number;
  readonly findings: number;
  /** False when there is more to read: the next cycle follows at once. */
  readonly caughtUp: boolean;
  /** Rows of the logs that are still to be read, about. */
  readonly behind: number;
  readonly history: boolean;
  /** Where the sweep goes on; null when it is complete or was not started, because there was more to read. */
  readonly sweptTo: string | null;
  readonly cardsSwept: number;
};

type CycleParts = {
  lease: Lease;
  laptop: string;
  clock: Clock;
  log: Log;
  batch?: number;
  /** Whether the festival's log can be asked for one card's rows by an index. */
  verify: boolean;
  /** Settings that were found not to fit, so that each is logged once. */
  warned: Set<string>;
};

/**
 * One cycle, one transaction in one snapshot: read the logs, advance the ledger, let every detector work through what it
 * has not seen, compare the cards that moved, write findings. Nothing of it stays when another laptop has taken the
 * engine.
 */
export const runCycle = (
  { lease, laptop, clock, log, batch = BATCH, verify, warned }: CycleParts,
  { kind, sweep, recordIdle }: { kind: string; sweep: Sweep | null; recordIdle: boolean },
): Promise<CycleReport> =>
  lease.write(
    async (tx) => {
      const started = clock.monotonic();
      const startedAt = new Date(clock.now()).toISOString();
      const everyone = kind !== 'tail';
      const [reading, states] = await pipelined([readLogs(tx, batch), readDetectorStates(tx)]);
      const { rows, arrived, after, caughtUp, behind, history } = reading;
      let swept: Swept = { last: null, cards: 0 };
      const compareCards = async () => {
        // Only with a ledger that has read everything in this snapshot.
        if (!caughtUp) return null;
        const due = await compareDueCards(tx, { moved: arrived.transactions, sweep, verify });
        swept = due.swept;
        return due.comparisons;
      };
      const runs = await runDetectors(tx, { reading, states, everyone, compareCards, clock, log, warned });
      const raised = await writeOutcome(tx, runs, laptop);
      if (sweep !== null) await closeCleared(tx, laptop);
      if (everyone) {
        await endAcknowledgements(tx, laptop);
        await endHandovers(tx, laptop);
      }
      const read = { transactionsRead: rows.transactions, scansRead: rows.scans, findings: raised };
      const worthRecording = everyone || recordIdle || read.transactionsRead + read.scansRead + read.findings > 0;
      await pipelined([
        caughtUp ? readProbes(tx) : undefined,
        recordRuns(tx, runs, after),
        worthRecording
          ? recordCycle(tx, { kind, laptop, startedAt, durationMs: clock.monotonic() - started, ...read })
          : undefined,
      ]);
      return { ...read, caughtUp, behind, history, sweptTo: swept.last, cardsSwept: swept.cards };
    },
    { isolation: 'repeatable read' },
  );

/** Writes what the detectors found and what has cleared. @returns how many events were raised */
const writeOutcome = async (tx: Transaction, runs: readonly DetectorRun[], laptop: string): Promise<number> => {
  const detections = runs.flatMap(({ detection }) => detection ?? []);
  const { raised, cards } = await writeFindings(
    tx,
    detections.flatMap(({ findings }) => findings),
    laptop,
  );
  await clearFindings(
    tx,
    detections.flatMap(({ cleared }) => cleared ?? []),
    laptop,
  );
  await correlateFindings(tx, cards, laptop);
  return raised;
};
