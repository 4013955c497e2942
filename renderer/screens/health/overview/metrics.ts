import type { HealthSnapshot, HealthStatus, Overview } from '../../../../shared/contract/overview.ts';
import type { LinkStatus } from '../../../../shared/contract/status.ts';
import {
  type Band,
  bandAfter,
  bandOfCritical,
  DASHBOARD_LINES,
  OPEN_CRITICAL_LINES,
  RATE_NEEDS_TRANSACTIONS,
} from '../../../../shared/domain/bands.ts';

export const METRICS = ['success', 'detection', 'criticals', 'status', 'response'] as const;
export type MetricId = (typeof METRICS)[number];

/** One of the five figures of the guide's dashboard. */
export type Metric = {
  readonly id: MetricId;
  /** Null: not measured. */
  readonly value: number | null;
  /** Null: not judged. */
  readonly band: Band | null;
  /** When it was so. */
  readonly at: string | null;
  /** How old it may be, milliseconds. */
  readonly dueMs: number;
};

/** The guide's thresholds, as the curves draw them. */
export const CURVE_LINES: Readonly<Record<MetricId, { readonly warning: number; readonly critical: number }>> = {
  success: DASHBOARD_LINES.success_rate_percent,
  detection: DASHBOARD_LINES.detection_seconds,
  criticals: OPEN_CRITICAL_LINES,
  status: { warning: 1, critical: 2 },
  response: DASHBOARD_LINES.response_ms,
};

/** Null: nothing was measured until then. */
export type CurvePoint = { readonly at: number; readonly value: number | null };

/** A snapshot comes every five minutes: what is further apart is a hole. */
const GAP_MS = 12 * 60_000;
const SNAPSHOT_DUE_MS = 7 * 60_000;
const PULSE_DUE_MS = 40_000;
const LINK_DUE_MS = 15_000;

/** The health status as a height: one that is unknown has none. */
const HEIGHTS: Readonly<Record<HealthStatus, number | null>> = { HEALTHY: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: null };
const BANDS: readonly Band[] = ['normal', 'warning', 'critical'];
export const STATUS_OF_HEIGHT: readonly HealthStatus[] = ['HEALTHY', 'WARNING', 'CRITICAL'];

/** What was measured over the day, with a hole wherever nothing was measured for a while. */
export const curveOf = (
  snapshots: readonly HealthSnapshot[],
  measured: (snapshot: HealthSnapshot) => number | null,
): CurvePoint[] => {
  const points: CurvePoint[] = [];
  for (const snapshot of snapshots) {
    const at = Date.parse(snapshot.at);
    const before = points.at(-1);
    if (before !== undefined && at - before.at > GAP_MS) points.push({ at: before.at + 1, value: null });
    points.push({ at, value: measured(snapshot) });
  }
  return points;
};

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

/** The curves of the five figures. */
export const curvesOf = (snapshots: readonly HealthSnapshot[]): Readonly<Record<MetricId, readonly CurvePoint[]>> => ({
  success: curveOf(snapshots, ({ successRate }) => successRate),
  detection: curveOf(snapshots, ({ detectionMs }) => seconds(detectionMs)),
  criticals: curveOf(snapshots, ({ openCritical }) => openCritical),
  status: curveOf(snapshots, ({ status }) => HEIGHTS[status]),
  response: curveOf(snapshots, ({ responseMs }) => responseMs),
});

/** The five figures of the guide, from what this laptop has. */
export const metricsOf = ({ curves, pulse }: Overview, link: LinkStatus | null): readonly Metric[] => {
  const snapshots = curves?.snapshots ?? [];
  const last = snapshots.at(-1);
  const snapshotAt = { at: last?.at ?? null, dueMs: SNAPSHOT_DUE_MS };
  const judgedRate = (one: HealthSnapshot) => (one.transactions < RATE_NEEDS_TRANSACTIONS ? null : one.successRate);
  const responses = [...snapshots.map(({ responseMs }) => responseMs), link?.roundTripMs ?? null];
  const height = last === undefined ? null : HEIGHTS[last.status];
  const bandIf = (known: boolean, band: Band): Band | null => (known ? band : null);
  const { success_rate_percent: rate, detection_seconds: detection, response_ms: response } = DASHBOARD_LINES;
  return [
    {
      ...{ id: 'success', value: last?.successRate ?? null, ...snapshotAt },
      band: bandIf(last !== undefined && judgedRate(last) !== null, bandAfter(snapshots.map(judgedRate), rate)),
    },
    {
      ...{ id: 'detection', value: seconds(last?.detectionMs ?? null), ...snapshotAt },
      band: bandIf(
        last !== undefined && last.detectionMs !== null,
        bandAfter(
          snapshots.map(({ detectionMs }) => seconds(detectionMs)),
          detection,
        ),
      ),
    },
    {
      ...{ id: 'criticals', value: pulse?.openCritical ?? null, at: pulse?.at ?? null, dueMs: PULSE_DUE_MS },
      band: pulse === null ? null : bandOfCritical(pulse.openCritical),
    },
    {
      ...{ id: 'status', value: height, ...snapshotAt },
      band: height === null ? null : (BANDS[height] ?? null),
    },
    {
      ...{ id: 'response', value: link?.roundTripMs ?? null, at: link?.knownUpTo ?? null, dueMs: LINK_DUE_MS },
      band: bandIf(link !== null && link.roundTripMs !== null, bandAfter(responses, response)),
    },
  ];
};

/** The points of an hour: what a table says of a curve. */
export type CurveHour = {
  /** Its beginning. */
  readonly at: string;
  readonly low: number;
  readonly high: number;
  readonly last: number;
  readonly count: number;
};

const HOUR_MS = 3_600_000;

/** A curve by the hour, the newest first; an hour without a measurement has no row. */
export const hoursOf = (points: readonly CurvePoint[]): CurveHour[] =>
  [...Map.groupBy(points, ({ at }) => Math.floor(at / HOUR_MS))]
    .flatMap(([hour, some]): CurveHour[] => {
      const values = some.flatMap(({ value }) => value ?? []);
      const last = values.at(-1);
      if (last === undefined) return [];
      const at = new Date(hour * HOUR_MS).toISOString();
      return [{ at, low: Math.min(...values), high: Math.max(...values), last, count: values.length }];
    })
    .reverse();
