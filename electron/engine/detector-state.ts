import { z } from 'zod';
import type { Log } from '../lib/log.ts';
import type { Transaction } from '../postgres/pool.ts';
import { serialColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { Detection, Detector } from './detector.ts';

/** How far a detector has come, what it remembers, and the thresholds that were set for it. */
export type DetectorState = z.output<typeof stateRow>;

/** What one detector did in a cycle, for its row in console.detector_state. */
export type DetectorRun = {
  readonly detector: Detector;
  readonly detection: Detection | null;
  readonly durationMs: number;
  readonly error: string | null;
};

const stateRow = z.object({
  algorithm: z.string(),
  transactions_seen: serialColumn,
  scans_seen: serialColumn,
  state: z.unknown(),
  settings: z.unknown(),
});
/** A detector that has never run. */
export const NO_STATE: Pick<DetectorState, 'transactions_seen' | 'scans_seen' | 'state'> = {
  transactions_seen: 0,
  scans_seen: 0,
  state: null,
};

/** The states of all detectors that have run or have thresholds of their own, by algorithm. */
export const readDetectorStates = async (tx: Transaction): Promise<Map<string, DetectorState>> => {
  const rows = await tx.rows(
    stateRow,
    sql`/* regie:state */
      select algorithm, coalesce(s.transactions_seen, 0) as transactions_seen, coalesce(s.scans_seen, 0) as scans_seen, s.state, o.settings
      from console.detector_state s full join console.detector_settings o using (algorithm)`,
  );
  return new Map(rows.map((row) => [row.algorithm, row]));
};

/** The stored thresholds, or the defaults where there are none or they do not fit, which is logged once. */
export const settingsOf = (
  detector: Detector,
  stored: unknown,
  { log, warned }: { log: Log; warned: Set<string> },
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

/** Notes what each detector did, what it remembers, and that it has seen these arrivals where it did not fail. */
export const recordRuns = async (
  tx: Transaction,
  runs: readonly DetectorRun[],
  seen: { transactions: number; scans: number },
): Promise<void> => {
  if (runs.length === 0) return;
  const rows = runs.map(({ detector, detection, durationMs, error }) => ({
    algorithm: detector.algorithm,
    duration_ms: durationMs,
    not_judged: detection?.notJudged ?? 0,
    error,
    arrivals: detector.input === 'arrivals',
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
