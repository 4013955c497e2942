import type { FaultKind } from './faults.ts';
import { GUIDE_ALGORITHMS } from './guide.ts';
import type { DayResult } from './play-day.ts';
import type { Found } from './watch.ts';

/** The score of one detector. Delays are milliseconds from the commit to the visible alert, outside of disturbances. */
export type Score = {
  readonly detector: string;
  readonly injected: number;
  readonly found: number;
  readonly missed: number;
  readonly false: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** The same faults by the guide's own SQL, polled every 30 seconds; null where it has none. */
  readonly guide: {
    readonly found: number;
    readonly missed: number;
    readonly false: number;
    readonly p50Ms: number | null;
  } | null;
};

export type Grades = {
  readonly scores: readonly Score[];
  readonly examples: { readonly missed: readonly string[]; readonly false: readonly string[] };
};

/** A card that was changed without a log row waits for the sweep: it has a row of its own. */
const SILENT = 'balance_mismatch_detection (no log row)';
const EDITED = 'balance_mismatch_detection (log edited)';
const rowOf = (algorithm: string, kind: FaultKind | 'odd' | 'word'): string => {
  if (algorithm !== 'balance_mismatch_detection') return algorithm;
  return kind === 'silent_change' ? SILENT : kind === 'edited_row' ? EDITED : algorithm;
};
/** How long after its commit a fault may be found, for the question whether a disturbance lay in between. */
const reachOf = (detector: string): number => (detector === SILENT ? 35_000 : detector === EDITED ? 300_000 : 4_000);

/** Compares what was done with what was found. Each alert answers one expectation; what is left over is false. */
export const grade = (days: readonly DayResult[]): Grades => {
  const rows = new Map<
    string,
    { injected: number; found: number; false: number; delays: number[]; guideFound: number; guideDelays: number[] }
  >();
  const row = (detector: string) => {
    const existing = rows.get(detector);
    if (existing) return existing;
    const made = { injected: 0, found: 0, false: 0, delays: [], guideFound: 0, guideDelays: [] };
    rows.set(detector, made);
    return made;
  };
  const missed: string[] = [];
  const wrong: string[] = [];
  const guideFalse = new Map<string, number>();
  for (const [index, day] of days.entries()) {
    const left = new Map<string, Found[]>();
    for (const one of day.found) {
      const key = `${one.algorithm} ${one.about}`;
      left.set(key, [...(left.get(key) ?? []), one]);
    }
    const guideSeen = new Map(day.guide.findings.map((one) => [`${one.algorithm} ${one.about}`, one]));
    const expected = new Set<string>();
    for (const label of day.labels) {
      for (const { algorithm, about } of label.expects) {
        const detector = rowOf(algorithm, label.kind);
        const score = row(detector);
        const key = `${algorithm} ${about}`;
        expected.add(key);
        score.injected += 1;
        const seen = guideSeen.get(key);
        if (seen !== undefined) {
          score.guideFound += 1;
          score.guideDelays.push(Math.max(0, seen.seenAt - label.at));
        }
        const match = left.get(key)?.shift();
        if (match === undefined) {
          missed.push(
            `day ${index + 1}: ${label.kind}: ${algorithm} ${about ?? ''} at ${new Date(label.at).toISOString()}`,
          );
          continue;
        }
        score.found += 1;
        const until = label.at + reachOf(detector);
        const disturbed = day.disturbances.some(({ from, to }) => label.at < to && until > from);
        if (!disturbed) score.delays.push(Math.max(0, match.seenAt - label.at));
      }
    }
    for (const [key, events] of left) {
      for (const one of events) {
        row(one.algorithm).false += 1;
        wrong.push(`day ${index + 1}: ${key} (event ${one.eventId}) seen at ${new Date(one.seenAt).toISOString()}`);
      }
    }
    for (const [key, one] of guideSeen) {
      if (!expected.has(key)) guideFalse.set(one.algorithm, (guideFalse.get(one.algorithm) ?? 0) + 1);
    }
  }
  const scores = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([detector, score]): Score => {
      const algorithm = detector.split(' ', 1)[0] ?? detector;
      return {
        detector,
        injected: score.injected,
        found: score.found,
        missed: score.injected - score.found,
        false: score.false,
        p50Ms: percentile(score.delays, 0.5),
        p99Ms: percentile(score.delays, 0.99),
        guide: GUIDE_ALGORITHMS.includes(algorithm)
          ? {
              found: score.guideFound,
              missed: score.injected - score.guideFound,
              // Told once a detector.
              false: detector === algorithm ? (guideFalse.get(algorithm) ?? 0) : 0,
              p50Ms: percentile(score.guideDelays, 0.5),
            }
          : null,
      };
    });
  return { scores, examples: { missed: missed.slice(0, 20), false: wrong.slice(0, 20) } };
};

/** The smallest value that at least this share of the values does not exceed; null without values. */
export const percentile = (values: readonly number[], share: number): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
};
