import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import type { FestivalDatabase, Transaction } from '../festival/pool.ts';
import { idColumn } from '../festival/rows.ts';
import { sql } from '../festival/sql.ts';
import type { Log } from '../log.ts';
import { cardsToLookAt, lookAtCards, sweepCards } from './cards.ts';
import type { ArrivalDetector, CardDetector, CardLook, Detection, Detector, Finding, Micros } from './detector.ts';
import { detectors } from './detectors/registry.ts';
import { clearFindings, closeCleared, linkFindings, writeFindings } from './findings.ts';
import { BATCH, ensureWatermarks, readScans, readTransactions } from './tail.ts';
import { newScans, newTransactions } from './windows.ts';

/** A tail reads what is new; a sweep compares every card as well. */
export type CycleKind = 'tail' | 'sweep';

export type CycleReport = {
  readonly transactionsRead: number;
  readonly scansRead: number;
  readonly findings: number;
  /** False when there is more to read: the next cycle follows at once. */
  readonly caughtUp: boolean;
};

export type CycleParts = { database: FestivalDatabase; laptop: string; clock: Clock; log: Log; batch?: number };

const stateRow = z.object({
  algorithm: z.string(),
  transactions_seen: idColumn,
  scans_seen: idColumn,
  settings: z.unknown(),
});
type State = z.output<typeof stateRow>;
const positionsRow = z.object({ transactions: idColumn, scans: idColumn });

/** What one detector did, for its row in console.detector_state. */
type Run = { detector: Detector; detection: Detection | null; durationMs: number; error: string | null };

/**
 * One cycle, one transaction in one snapshot (detectors.md, "One snapshot"): read the logs, advance the ledger, let every
 * detector judge what it has not seen, look at the cards that moved, write findings. A detector that throws loses only
 * its own work; its position stays where it was.
 */
export const runCycle = (
  { database, laptop, clock, log, batch = BATCH }: CycleParts,
  kind: CycleKind,
): Promise<CycleReport> =>
  database.write(
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
      const attempt = async (detector: Detector, work: (settings: unknown) => Promise<Detection>): Promise<void> => {
        const started = clock.monotonic();
        try {
          const settings = settingsOf(detector, states.get(detector.algorithm), log);
          const detection = await tx.savepoint(() => work(settings));
          take({ detector, detection, durationMs: clock.monotonic() - started, error: null });
        } catch (error) {
          // A broken connection is nobody's fault here: the whole cycle fails with it.
          if (isGone(error)) throw error;
          log.error('a detector failed', { algorithm: detector.algorithm, error });
          const message = error instanceof Error ? error.message : String(error);
          take({ detector, detection: null, durationMs: clock.monotonic() - started, error: message });
        }
      };

      for (const detector of detectors) {
        if (detector.judges !== 'arrivals') continue;
        const state = states.get(detector.algorithm);
        const behind = state && (state.transactions_seen < after.transactions || state.scans_seen < after.scans);
        if (!state || (!behind && kind === 'tail')) continue;
        await attempt(detector, (settings) => judgeArrivals(tx, detector, { settings, now: transactions.now, state }));
      }

      // Cards are only compared with a ledger that has read everything in this snapshot.
      if (caughtUp) {
        const cards = detectors.filter((detector) => detector.judges === 'cards');
        // The looks are the card detectors' own input: when they fail, those two fail and nobody else.
        let looks: readonly CardLook[] | Error = [];
        try {
          looks = await tx.savepoint(() => lookAt(tx, kind, before.transactions));
        } catch (error) {
          if (isGone(error)) throw error;
          looks = error instanceof Error ? error : new Error(String(error));
        }
        for (const detector of cards) {
          if (!(looks instanceof Error) && looks.length === 0 && kind === 'tail') continue;
          await attempt(detector, async (settings) => {
            if (looks instanceof Error) throw looks;
            return judgeCards(detector, { settings, now: transactions.now, looks });
          });
        }
      }

      await clearFindings(tx, cleared, laptop);
      const written = await writeFindings(tx, findings, laptop);
      await linkFindings(tx, written.cards, laptop);
      if (kind === 'sweep') await closeCleared(tx, laptop);
      await recordRuns(tx, runs, after);
      return { transactionsRead: transactions.rows, scansRead: scans.rows, findings: written.raised, caughtUp };
    },
    { isolation: 'repeatable read' },
  );

const judgeArrivals = async (
  tx: Transaction,
  detector: ArrivalDetector,
  context: { settings: unknown; now: Micros; state: State },
): Promise<Detection> =>
  detector.detect({
    tx,
    settings: context.settings,
    now: context.now,
    transactions: await newTransactions(tx, context.state.transactions_seen),
    scans: await newScans(tx, context.state.scans_seen),
  });

const judgeCards = (
  detector: CardDetector,
  context: { settings: unknown; now: Micros; looks: readonly CardLook[] },
): Detection => detector.detect(context);

const lookAt = async (tx: Transaction, kind: CycleKind, afterArrival: number): Promise<CardLook[]> =>
  kind === 'sweep' ? sweepAndTouched(tx, afterArrival) : lookAtCards(tx, await cardsToLookAt(tx, afterArrival));

/** The sweep leaves out cards that agree; those that moved are looked at in any case, so that their findings clear. */
const sweepAndTouched = async (tx: Transaction, afterArrival: number): Promise<CardLook[]> => {
  const swept = await sweepCards(tx);
  const known = new Set(swept.map((look) => look.cardId));
  const touched = (await cardsToLookAt(tx, afterArrival)).filter((cardId) => !known.has(cardId));
  return [...swept, ...(await lookAtCards(tx, touched))];
};

const ensureState = async (tx: Transaction): Promise<void> => {
  await ensureWatermarks(tx);
  await tx.run(sql`/* regie:state */
    insert into console.detector_state (algorithm)
    select unnest(${detectors.map(({ algorithm }) => algorithm)}::text[])
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
      select s.algorithm, s.transactions_seen, s.scans_seen, o.settings
      from console.detector_state s left join console.detector_settings o using (algorithm)`,
  );
  return new Map(rows.map((row) => [row.algorithm, row]));
};

/** The stored thresholds, or the defaults where there are none or they do not fit. */
const settingsOf = (detector: Detector, state: State | undefined, log: Log): unknown => {
  if (state?.settings === undefined || state.settings === null) return detector.settings.parse({});
  const parsed = detector.settings.safeParse(state.settings);
  if (parsed.success) return parsed.data;
  log.warn('thresholds do not fit and are not used', {
    algorithm: detector.algorithm,
    where: parsed.error.issues[0]?.path.join('.'),
    what: parsed.error.issues[0]?.message,
  });
  return detector.settings.parse({});
};

const recordRuns = async (
  tx: Transaction,
  runs: readonly Run[],
  seen: { transactions: number; scans: number },
): Promise<void> => {
  if (runs.length === 0) return;
  await tx.run(sql`/* regie:state */
    update console.detector_state s
    set runs = s.runs + 1, last_run_at = now(), last_duration_ms = r.duration_ms,
      not_judged = s.not_judged + r.not_judged,
      errors = s.errors + case when r.error is null then 0 else 1 end,
      last_error = coalesce(r.error, s.last_error),
      last_error_at = case when r.error is null then s.last_error_at else now() end,
      transactions_seen = case when r.error is null and r.arrivals then ${seen.transactions} else s.transactions_seen end,
      scans_seen = case when r.error is null and r.arrivals then ${seen.scans} else s.scans_seen end
    from unnest(
      ${runs.map((run) => run.detector.algorithm)}::text[], ${runs.map((run) => run.durationMs)}::float8[],
      ${runs.map((run) => run.detection?.notJudged ?? 0)}::bigint[], ${runs.map((run) => run.error)}::text[],
      ${runs.map((run) => run.detector.judges === 'arrivals')}::boolean[])
      as r (algorithm, duration_ms, not_judged, error, arrivals)
    where s.algorithm = r.algorithm`);
};

/** SQLSTATE class 08 and 57P: the connection or the server is gone; 40: another engine was first. */
const isGone = (error: unknown): boolean => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^(08|57P|40)/.test(code) || (error instanceof Error && error.message.includes('Connection terminated'));
};
