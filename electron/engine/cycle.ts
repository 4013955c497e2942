import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Transaction } from '../festival/pool.ts';
import { idColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { Log } from '../log.ts';
import { readProbes } from './canary.ts';
import { cardsInTrouble, cardsToConfirm, lookAtCards, sweepMoved, sweepSlice } from './cards.ts';
import type {
  ArrivalDetector,
  CardLook,
  Detection,
  Detector,
  Finding,
  Micros,
  ScanRow,
  TransactionRow,
} from './detector.ts';
import { detectors } from './detectors/registry.ts';
import { clearFindings, closeCleared, writeFindings } from './findings.ts';
import type { Lease } from './lease.ts';
import { linkFindings } from './links.ts';
import { BATCH, ensureWatermarks } from './positions.ts';
import { readScans } from './scan-tail.ts';
import { newScans, newTransactions, surroundingsIn } from './surroundings.ts';
import { readTransactions } from './tail.ts';

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
const positionsRow = z.object({ transactions: idColumn, scans: idColumn });

/** One detector's work in this cycle, with its settings. */
type Judging = { readonly detector: Detector; readonly work: (settings: unknown) => Promise<Detection> };

/** What one detector did, for its row in console.detector_state. */
type Run = { detector: Detector; detection: Detection | null; durationMs: number; error: string | null };

/**
 * One cycle, one transaction in one snapshot (detectors.md, "One snapshot"): read the logs, advance the ledger, let every
 * detector judge what it has not seen, look at the cards that moved, write findings. A detector that throws loses only
 * its own work; its position stays where it was. Nothing of it stays when another laptop has taken the engine.
 * `everyone`: detectors to which nothing new has come run as well, because time alone may end what they have found.
 */
export const runCycle = (
  { lease, laptop, clock, log, batch = BATCH, verify, warned }: CycleParts,
  { sweep, everyone }: { sweep: Sweep | null; everyone: boolean },
): Promise<CycleReport> =>
  lease.write(
    async (tx) => {
      await ensureState(tx);
      const before = await readPositions(tx);
      const transactions = await readTransactions(tx, batch);
      const scans = await readScans(tx, batch);
      const after = await readPositions(tx);
      const states = await readStates(tx);
      const caughtUp = transactions.caughtUp && scans.caughtUp;

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
      const attempt = async (judging: Judging): Promise<void> => {
        const started = clock.monotonic();
        try {
          take(await tx.savepoint(() => judgeAlone(judging)));
        } catch (error) {
          // A broken connection is nobody's fault here: the whole cycle fails with it.
          if (isGone(error)) throw error;
          log.error('a detector failed', { algorithm: judging.detector.algorithm, error });
          const message = error instanceof Error ? error.message : String(error);
          take({
            detector: judging.detector,
            detection: null,
            durationMs: clock.monotonic() - started,
            error: message,
          });
        }
      };
      /** All in one savepoint, which is two round trips instead of thirty; each in its own when one of them fails. */
      const attemptAll = async (judgings: readonly Judging[]): Promise<void> => {
        try {
          const done = await tx.savepoint(async () => {
            const results: Run[] = [];
            for (const judging of judgings) results.push(await judgeAlone(judging));
            return results;
          });
          done.forEach(take);
        } catch (error) {
          if (isGone(error)) throw error;
          for (const judging of judgings) await attempt(judging);
        }
      };

      const arrivals = arrivalsIn(tx, after);
      const judging: Judging[] = [];
      for (const detector of detectors) {
        if (detector.judges !== 'arrivals') continue;
        const state = states.get(detector.algorithm);
        if (!state) continue;
        const behind = state.transactions_seen < after.transactions || state.scans_seen < after.scans;
        if (!behind && !everyone && !detector.restless?.(state.state)) continue;
        judging.push({
          detector,
          work: (settings) => judgeArrivals(tx, detector, { settings, now: transactions.now, state, arrivals }),
        });
      }
      await attemptAll(judging);

      // Cards are only compared with a ledger that has read everything in this snapshot.
      let swept: { last: string | null; cards: number } = { last: null, cards: 0 };
      if (caughtUp) {
        // The looks are the card detectors' own input: when they fail, those fail and nobody else.
        let looks: readonly CardLook[] | Error = [];
        try {
          looks = await tx.savepoint(async () => {
            const arrived = await arrivals.transactions(before.transactions);
            const touched = [...new Set([...arrived.map(({ cardId }) => cardId), ...(await cardsToConfirm(tx))])];
            if (sweep === null) return lookAtCards(tx, touched, { verify });
            if ('changedWithinSeconds' in sweep) {
              const moved = await sweepMoved(tx, sweep.changedWithinSeconds);
              return lookAtCards(tx, [...new Set([...touched, ...moved, ...(await cardsInTrouble(tx))])], { verify });
            }
            const slice = await sweepSlice(tx, sweep.after);
            swept = slice;
            const known = sweep.after === '' ? await cardsInTrouble(tx) : [];
            return lookAtCards(tx, [...new Set([...touched, ...slice.suspects, ...known])], { verify });
          });
        } catch (error) {
          if (isGone(error)) throw error;
          looks = error instanceof Error ? error : new Error(String(error));
        }
        const judgingCards = detectors.flatMap((detector): Judging[] => {
          if (detector.judges !== 'cards') return [];
          if (!(looks instanceof Error) && looks.length === 0 && sweep === null) return [];
          const work = async (settings: unknown): Promise<Detection> => {
            if (looks instanceof Error) throw looks;
            return detector.detect({ settings, now: transactions.now, looks });
          };
          return [{ detector, work }];
        });
        await attemptAll(judgingCards);
        await readProbes(tx);
      }

      const written = await writeFindings(tx, findings, laptop);
      await clearFindings(tx, cleared, laptop);
      await linkFindings(tx, written.cards, laptop);
      if (sweep !== null) await closeCleared(tx, laptop);
      await recordRuns(tx, runs, after);
      return {
        transactionsRead: transactions.rows,
        scansRead: scans.rows,
        findings: written.raised,
        caughtUp,
        behind: transactions.behind + scans.behind,
        history: transactions.history || scans.history,
        sweptTo: swept.last,
        cardsSwept: swept.cards,
      };
    },
    { isolation: 'repeatable read' },
  );

/** The new rows from a position on; detectors stand at the same one nearly always, and then they are read once. */
const arrivalsIn = (tx: Transaction, upTo: { transactions: number; scans: number }) => {
  const transactions = new Map<number, Promise<TransactionRow[]>>();
  const scans = new Map<number, Promise<ScanRow[]>>();
  const once = <Row>(read: Map<number, Promise<Row[]>>, after: number, query: () => Promise<Row[]>): Promise<Row[]> => {
    const known = read.get(after);
    if (known) return known;
    const rows = query();
    read.set(after, rows);
    return rows;
  };
  return {
    transactions: (after: number) => once(transactions, after, () => newTransactions(tx, after, upTo.transactions)),
    scans: (after: number) => once(scans, after, () => newScans(tx, after, upTo.scans)),
  };
};

const judgeArrivals = async (
  tx: Transaction,
  detector: ArrivalDetector,
  context: { settings: unknown; now: Micros; state: State; arrivals: ReturnType<typeof arrivalsIn> },
): Promise<Detection> =>
  detector.detect({
    around: surroundingsIn(tx),
    settings: context.settings,
    now: context.now,
    transactions: await context.arrivals.transactions(context.state.transactions_seen),
    scans: await context.arrivals.scans(context.state.scans_seen),
    state: context.state.state,
  });

const ensureState = async (tx: Transaction): Promise<void> => {
  await ensureWatermarks(tx);
  await tx.run(sql`/* regie:state */
    insert into console.detector_state (algorithm)
    select unnest(${detectors.map(({ algorithm }) => algorithm)}::text[])
    except
    select algorithm from console.detector_state
    on conflict (algorithm) do nothing`);
};

const readPositions = (tx: Transaction) =>
  tx.row(
    positionsRow,
    sql`/* regie:state */
      select (select last_arrival from console.watermarks where source = 'transactions') as transactions,
        (select last_arrival from console.watermarks where source = 'scans') as scans`,
  );

const readStates = async (tx: Transaction): Promise<Map<string, State>> => {
  const rows = await tx.rows(
    stateRow,
    sql`/* regie:state */
      select s.algorithm, s.transactions_seen, s.scans_seen, s.state, o.settings
      from console.detector_state s left join console.detector_settings o using (algorithm)`,
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
    update console.detector_state s
    set runs = s.runs + 1, last_run_at = now(), last_duration_ms = r.duration_ms,
      not_judged = s.not_judged + r.not_judged,
      errors = s.errors + case when r.error is null then 0 else 1 end,
      last_error = coalesce(r.error, s.last_error),
      last_error_at = case when r.error is null then s.last_error_at else now() end,
      state = coalesce(r.state, s.state),
      transactions_seen = case when r.error is null and r.arrivals then ${seen.transactions} else s.transactions_seen end,
      scans_seen = case when r.error is null and r.arrivals then ${seen.scans} else s.scans_seen end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (algorithm text, duration_ms float8, not_judged bigint, error text, arrivals boolean, state jsonb)
    where s.algorithm = r.algorithm`);
};

/** SQLSTATE class 08 and 57P: the connection or the server is gone; 40: another engine was first. */
const isGone = (error: unknown): boolean => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^(08|57P|40)/.test(code) || (error instanceof Error && error.message.includes('Connection terminated'));
};
