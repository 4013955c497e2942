import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { isDataError, isSchemaError } from '../lib/postgres-errors.ts';
import { pipelined, type Transaction } from '../postgres/pool.ts';
import { onRows } from '../postgres/transaction.ts';
import { readProbes } from './canary.ts';
import { compareDueCards, type Sweep, type Swept } from './card-sweep.ts';
import { recordCycle } from './cycle-record.ts';
import { type Finding, type Micros, SECOND } from './detector.ts';
import { runDetectors } from './detector-runs.ts';
import { type DetectorRun, readDetectorStates, recordRuns } from './detector-state.ts';
import { endAcknowledgements, endHandovers } from './findings/acknowledgements.ts';
import { correlateFindings } from './findings/correlation.ts';
import { clearFindings, closeCleared, writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';
import { reportSetAside } from './set-aside-report.ts';
import { lookAgain } from './tail/look-again.ts';
import type { Steps } from './tail/positions.ts';
import { NOTHING_MENDED } from './tail/set-aside.ts';
import { type Reading, readLogs } from './tail/tail.ts';
import { reportWords } from './words-report.ts';

export type CycleReport = {
  readonly transactionsRead: number;
  readonly scansRead: number;
  readonly findings: number;
  /** Of these, alerts for rows that cannot be read. */
  readonly setAside: number;
  /** False when there is more to read: the next cycle follows at once. */
  readonly caughtUp: boolean;
  /** Rows of the logs that are still to be read, about. */
  readonly behind: number;
  readonly history: boolean;
  /** What could be read of the logs, in a word: when it changes, somebody looks at them. */
  readonly logState: string;
  /** What a word means has changed: the ledger has to be recounted. */
  readonly recounting: boolean;
  /** Where the sweep goes on; null when it is complete or was not started, because there was more to read. */
  readonly sweptTo: string | null;
  readonly cardsSwept: number;
};

type CycleParts = {
  lease: Lease;
  laptop: string;
  clock: Clock;
  log: Log;
  steps: Steps;
  /** Whether the festival's log can be asked for one card's rows by an index. */
  verify: boolean;
  /** Settings that were found not to fit, so that each is logged once. */
  warned: Set<string>;
};

type CycleOptions = {
  kind: string;
  sweep: Sweep | null;
  recordIdle: boolean;
  /** Somebody wants to know now, or this engine is new: rows that failed a statement are tried again. */
  asked: boolean;
};

/**
 * One cycle, one transaction in one snapshot: read the logs, advance the ledger, let every detector work through what it
 * has not seen, compare the cards that moved, write findings. Nothing of it stays when another laptop has taken the
 * engine.
 */
export const runCycle = async (parts: CycleParts, options: CycleOptions): Promise<CycleReport> => {
  try {
    return await runOnce(parts, options, { careful: false });
  } catch (error) {
    if (!isDataError(error)) throw error;
    parts.log.warn('something in the logs failed a statement; it is looked for', { error });
    return runOnce(parts, options, { careful: true });
  }
};

const runOnce = (
  { lease, laptop, clock, log, steps, verify, warned }: CycleParts,
  { kind, sweep, recordIdle, asked }: CycleOptions,
  { careful }: { careful: boolean },
): Promise<CycleReport> =>
  lease.write(
    async (tx) => {
      const started = clock.monotonic();
      const startedAt = new Date(clock.now()).toISOString();
      const everyone = kind !== 'tail';
      // Where a table or column is gone, what was set aside waits until it is back.
      const mended = everyone
        ? await tx
            .savepoint(() => lookAgain(tx, { unreadable: asked }))
            .catch((error: unknown) => {
              if (!isSchemaError(error)) throw error;
              return NOTHING_MENDED;
            })
        : NOTHING_MENDED;
      const [reading, states] = await pipelined([readLogs(tx, { steps, mended, careful }), readDetectorStates(tx)]);
      const { rows, arrived, after, caughtUp, behind, history, readable } = reading;
      let swept: Swept = { last: null, cards: 0 };
      const compareCards = async () => {
        // Only with a ledger that has read everything in this snapshot, and that still says what the cards have seen.
        if (!caughtUp || !readable.transactions || !readable.cards || readable.emptied) return null;
        // A ledger that is being recounted with other meanings says nothing yet (recount.ts).
        if (readable.recounting && !readable.shrank) return null;
        const due = await compareDueCards(tx, {
          moved: arrived.transactions,
          sweep,
          verify: verify && !readable.shrank,
        });
        swept = due.swept;
        return due.comparisons;
      };
      const runs = await runDetectors(tx, { reading, states, everyone, compareCards, clock, log, warned });
      // Before the mismatches that a word explains.
      const words = everyone || careful || reading.unusual > 0 ? await reportWords(tx, laptop) : 0;
      const outcome = await writeOutcome(tx, {
        ...{ runs, now: reading.now, laptop, everyone },
        byCard: verify && readable.transactions,
      });
      const aside = everyone || careful || reading.odd > 0 ? await reportSetAside(tx, laptop) : 0;
      const raised = outcome + aside + words;
      if (sweep !== null) await tx.inBulk((bulk) => closeCleared(bulk, laptop));
      if (everyone) {
        await tx.inBulk(async (bulk) => {
          await endAcknowledgements(bulk, laptop);
          await endHandovers(bulk, laptop);
        });
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
      const logState = logStateOf(reading);
      return {
        ...read,
        setAside: aside,
        caughtUp,
        behind,
        history,
        logState,
        recounting: readable.recounting,
        sweptTo: swept.last,
        cardsSwept: swept.cards,
      };
    },
    { isolation: 'repeatable read' },
  );

const logStateOf = ({ readable, cutOff }: Reading): string =>
  [readable.transactions, readable.scans, readable.cards, readable.shrank, ...cutOff].join(' ');
/** What happened so long before it was found arrived late: whoever reads the alert should know. */
const LATE: Micros = 3_600 * SECOND;
const markLate = (finding: Finding, now: Micros): Finding =>
  now - finding.occurredAt > LATE ? { ...finding, facts: { ...finding.facts, arrived_late: true } } : finding;

/** Writes what the detectors found and what has cleared. @returns how many events were raised */
const writeOutcome = async (
  tx: Transaction,
  options: { runs: readonly DetectorRun[]; now: Micros; laptop: string; byCard: boolean; everyone: boolean },
): Promise<number> => {
  const { runs, now, laptop, byCard, everyone } = options;
  const detections = runs.flatMap(({ detection }) => detection ?? []);
  const findings = detections.flatMap((detection) => detection.findings.map((finding) => markLate(finding, now)));
  const cleared = detections.flatMap((detection) => detection.cleared ?? []);
  const write = async (writing: Transaction): Promise<number> => {
    const { raised, cards } = await writeFindings(writing, findings, laptop);
    await clearFindings(writing, cleared, laptop);
    await correlateFindings(writing, cards, { laptop, byCard, everyone });
    return raised;
  };
  // A look at everyone is at all that are open, whatever was found.
  return everyone ? tx.inBulk(write) : onRows(tx, findings.length + cleared.length, write);
};
