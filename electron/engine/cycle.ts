import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Transaction, together } from '../postgres/pool.ts';
import { idColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { readProbes } from './canary.ts';
import { cardsInTrouble, cardsToConfirm, lookAtCards, sweepMoved, sweepSlice } from './card-sweep.ts';
import { recordCycle } from './cycle-record.ts';
import type { CardLook, Detection, Detector, Finding, ScanRow, TransactionRow } from './detector.ts';
import { detectors } from './detectors/registry.ts';
import { endAcknowledgements, endHandovers } from './findings/acknowledgements.ts';
import { linkFindings } from './findings/correlation.ts';
import { clearFindings, closeCleared, writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';
import { newScans, newTransactions, surroundingsIn } from './lookback.ts';
import { BATCH } from './tail/positions.ts';
import { type Reading, readLogs } from './tail/tail.ts';

/** What a cycle looks at beside the new rows: the cards after `after` (the first slice: ''), or those changed lately. */
export type Sweep = { readonly after: string } | { readonly changedWithinSeconds: number };

export type CycleReport = {
  readonly transactionsRead: number;
  readonly scansRead: number;
  readonly findings: number;
  /** False when there is more to read: the next cycle follows at once. */
  readonly caughtUp: boolean;
  /** Rows of the logs that are still to be read, about. */
  readonly behind: number;
  readonly history: boolean;
  /** Where the sweep goes on; null when it is through or was not begun, because there was more to read. */
  readonly sweptTo: string | null;
  readonly cardsSwept: number;
};

export type CycleParts = {
  lease: Lease;
  laptop: string;
  clock: Clock;
  log: Log;
  batch?: number;
  /** Whether the festival's log can be asked for one card's rows by an index. */
  verify: boolean;
  /** Settings that were found not to fit, so that each is said once. */
  warned: Set<string>;
};

const stateRow = z.object({
  algorithm: z.string(),
  transactions_seen: idColumn,
  scans_seen: idColumn,
  state: z.unknown(),
  settings: z.unknown(),
});
type State = z.output<typeof stateRow>;
/** A detector that has never run. */
const NO_STATE: Pick<State, 'transactions_seen' | 'scans_seen' | 'state'> = {
  transactions_seen: 0,
  scans_seen: 0,
  state: null,
};

/** One detector's work in this cycle, with its settings. */
type Judging = { readonly detector: Detector; readonly work: (settings: unknown) => Promise<Detection> };

/** What one detector did, for its row in console.detector_state. */
type Run = { detector: Detector; detection: Detection | null; durationMs: number; error: string | null };

/**
 * One cycle, one transaction in one snapshot (detectors.md, "One snapshot"): read the logs, advance the ledger, let every
 * detector judge what it has not seen, look at the cards that moved, write findings. A detector that throws loses only
 * its own work; its position stays where it was. Nothing of it stays when another laptop has taken the engine.
 * Detectors to which nothing new has come run in every cycle but a tail, because time alone may end what they have found.
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
      const [{ now, rows, arrived, before, after, caughtUp, behind, history }, states] = await together([
        readLogs(tx, batch),
        readStates(tx),
      ]);
      const runs: Run[] = [];
      const findings: Finding[] = [];
      const cleared: string[] = [];
      const take = (run: Run): void => {
        runs.push(run);
        findings.push(...(run.detection?.findings ?? []));
        cleared.push(...(run.detection?.cleared ?? []));
      };
      const judgeAlone = async ({ detector, work }: Judging): Promise<Run> => {
        const started = clock.monotonic();
        const settings = settingsOf(detector, states.get(detector.algorithm)?.settings, { log, warned });
        const detection = await work(settings);
        return { detector, detection, durationMs: clock.monotonic() - started, error: null };
      };
      const attempt = async (judging: Judging): Promise<Run> => {
        const started = clock.monotonic();
        try {
          return await tx.savepoint(() => judgeAlone(judging));
        } catch (error) {
          // A broken connection is nobody's fault here: the whole cycle fails with it.
          if (isGone(error)) throw error;
          log.error('a detector failed', { algorithm: judging.detector.algorithm, error });
          const message = error instanceof Error ? error.message : String(error);
          return {
            detector: judging.detector,
            detection: null,
            durationMs: clock.monotonic() - started,
            error: message,
          };
        }
      };
      const judgingArrivals = (): Judging[] => {
        const arrivals = arrivalsIn(tx, { before, after, arrived });
        const around = surroundingsIn(tx, { arrived, before });
        return detectors.flatMap((detector): Judging[] => {
          if (detector.judges !== 'arrivals') return [];
          const state = states.get(detector.algorithm) ?? NO_STATE;
          const isBehind = state.transactions_seen < after.transactions || state.scans_seen < after.scans;
          if (!isBehind && !everyone && !detector.restless?.(state.state)) return [];
          const work = async (settings: unknown): Promise<Detection> =>
            detector.detect({
              around,
              settings,
              now,
              state: state.state,
              transactions: await arrivals.transactions(state.transactions_seen),
              scans: await arrivals.scans(state.scans_seen),
            });
          return [{ detector, work }];
        });
      };
      let swept: { last: string | null; cards: number } = { last: null, cards: 0 };
      // Cards are only compared with a ledger that has read everything in this snapshot. null: there is none to look at.
      const look = async (): Promise<CardLook[] | null> => {
        if (!caughtUp) return null;
        const touched = [
          ...new Set([...arrived.transactions.map(({ cardId }) => cardId), ...(await cardsToConfirm(tx))]),
        ];
        if (sweep === null) return touched.length === 0 ? null : lookAtCards(tx, touched, { verify });
        if ('changedWithinSeconds' in sweep) {
          const recent = await sweepMoved(tx, sweep.changedWithinSeconds);
          return lookAtCards(tx, [...new Set([...touched, ...recent, ...(await cardsInTrouble(tx))])], { verify });
        }
        const slice = await sweepSlice(tx, sweep.after);
        swept = slice;
        const known = sweep.after === '' ? await cardsInTrouble(tx) : [];
        return lookAtCards(tx, [...new Set([...touched, ...slice.suspects, ...known])], { verify });
      };
      /** The looks are the card detectors' own input: when they fail, those fail and nobody else. */
      const judgingCards = (looks: readonly CardLook[] | Error | null): Judging[] =>
        detectors.flatMap((detector): Judging[] => {
          if (detector.judges !== 'cards' || looks === null) return [];
          const work = async (settings: unknown): Promise<Detection> => {
            if (looks instanceof Error) throw looks;
            return detector.detect({ settings, now, looks });
          };
          return [{ detector, work }];
        });

      try {
        const done = await tx.savepoint(() =>
          together([
            ...judgingArrivals().map(judgeAlone),
            look().then((looks) => together(judgingCards(looks).map(judgeAlone))),
          ]),
        );
        done.flat().forEach(take);
      } catch (error) {
        if (isGone(error)) throw error;
        // Somebody fails: once more, each alone.
        for (const judging of judgingArrivals()) take(await attempt(judging));
        const looks = await tx.savepoint(look).catch((failure: unknown) => {
          if (isGone(failure)) throw failure;
          return failure instanceof Error ? failure : new Error(String(failure));
        });
        for (const judging of judgingCards(looks)) take(await attempt(judging));
      }

      const written = await writeFindings(tx, findings, laptop);
      await clearFindings(tx, cleared, laptop);
      await linkFindings(tx, written.cards, laptop);
      if (sweep !== null) await closeCleared(tx, laptop);
      if (everyone) {
        await endAcknowledgements(tx, laptop);
        await endHandovers(tx, laptop);
      }
      const read = { transactionsRead: rows.transactions, scansRead: rows.scans, findings: written.raised };
      const worthRecording = everyone || recordIdle || read.transactionsRead + read.scansRead + read.findings > 0;
      await together([
        caughtUp ? readProbes(tx) : undefined,
        recordRuns(tx, runs, after),
        worthRecording
          ? recordCycle(tx, { kind, laptop, startedAt, durationMs: clock.monotonic() - started, ...read })
          : undefined,
      ]);
      return {
        ...read,
        caughtUp,
        behind,
        history,
        sweptTo: swept.last,
        cardsSwept: swept.cards,
      };
    },
    { isolation: 'repeatable read' },
  );

/** The new rows from a position on; detectors stand at the last one nearly always, and those rows are at hand. */
const arrivalsIn = (tx: Transaction, reading: Pick<Reading, 'before' | 'after' | 'arrived'>) => {
  const { before, after, arrived } = reading;
  const transactions = new Map<number, Promise<readonly TransactionRow[]>>();
  const scans = new Map<number, Promise<readonly ScanRow[]>>();
  transactions.set(before.transactions, Promise.resolve(arrived.transactions));
  scans.set(before.scans, Promise.resolve(arrived.scans));
  const once = <Row>(
    read: Map<number, Promise<readonly Row[]>>,
    from: number,
    query: () => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> => {
    const known = read.get(from);
    if (known) return known;
    const found = query();
    read.set(from, found);
    return found;
  };
  return {
    transactions: (from: number) => once(transactions, from, () => newTransactions(tx, from, after.transactions)),
    scans: (from: number) => once(scans, from, () => newScans(tx, from, after.scans)),
  };
};

const readStates = async (tx: Transaction): Promise<Map<string, State>> => {
  const rows = await tx.rows(
    stateRow,
    sql`/* regie:state */
      select algorithm, coalesce(s.transactions_seen, 0) as transactions_seen, coalesce(s.scans_seen, 0) as scans_seen, s.state, o.settings
      from console.detector_state s full join console.detector_settings o using (algorithm)`,
  );
  return new Map(rows.map((row) => [row.algorithm, row]));
};

/** The stored thresholds, or the defaults where there are none or they do not fit. */
const settingsOf = (
  detector: Detector,
  stored: unknown,
  { log, warned }: Pick<CycleParts, 'log' | 'warned'>,
): unknown => {
  if (stored === undefined || stored === null) return detector.settings.parse({});
  const parsed = detector.settings.safeParse(stored);
  if (parsed.success) return parsed.data;
  const once = `${detector.algorithm} ${JSON.stringify(stored)}`;
  if (!warned.has(once)) {
    warned.add(once);
    log.warn('thresholds do not fit and are not used', {
      algorithm: detector.algorithm,
      where: parsed.error.issues[0]?.path.join('.'),
      what: parsed.error.issues[0]?.message,
    });
  }
  return detector.settings.parse({});
};

const recordRuns = async (
  tx: Transaction,
  runs: readonly Run[],
  seen: { transactions: number; scans: number },
): Promise<void> => {
  if (runs.length === 0) return;
  const rows = runs.map(({ detector, detection, durationMs, error }) => ({
    algorithm: detector.algorithm,
    duration_ms: durationMs,
    not_judged: detection?.notJudged ?? 0,
    error,
    arrivals: detector.judges === 'arrivals',
    state: detection?.state ?? null,
  }));
  await tx.run(sql`/* regie:state */
    insert into console.detector_state as s (algorithm, runs, last_run_at, last_duration_ms, not_judged, errors, last_error,
      last_error_at, state, transactions_seen, scans_seen)
    select r.algorithm, 1, now(), r.duration_ms, r.not_judged, case when r.error is null then 0 else 1 end, r.error,
      case when r.error is not null then now() end, r.state,
      case when r.error is null and r.arrivals then ${seen.transactions}::bigint else 0 end,
      case when r.error is null and r.arrivals then ${seen.scans}::bigint else 0 end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (algorithm text, duration_ms float8, not_judged bigint, error text, arrivals boolean, state jsonb)
    order by r.algorithm
    on conflict (algorithm) do update
    set runs = s.runs + 1, last_run_at = excluded.last_run_at, last_duration_ms = excluded.last_duration_ms,
      not_judged = s.not_judged + excluded.not_judged, errors = s.errors + excluded.errors,
      last_error = coalesce(excluded.last_error, s.last_error),
      last_error_at = coalesce(excluded.last_error_at, s.last_error_at),
      state = coalesce(excluded.state, s.state),
      transactions_seen = greatest(s.transactions_seen, excluded.transactions_seen),
      scans_seen = greatest(s.scans_seen, excluded.scans_seen)`);
};

/** SQLSTATE class 08 and 57P: the connection or the server is gone; 40: another engine was first. */
const isGone = (error: unknown): boolean => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^(08|57P|40)/.test(code) || (error instanceof Error && error.message.includes('Connection terminated'));
};
