import { z } from 'zod';
import { type DetectorInfo, type ThresholdChange, thresholdsSchema } from '../../shared/contract/detectors.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { countColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { detectors } from './detectors/registry.ts';
import { parseThresholds, thresholdFields } from './thresholds.ts';

const reportRow = z.object({
  algorithm: z.string(),
  settings: z.unknown(),
  updated_by: z.string().nullable(),
  updated_at: instantColumn.nullable(),
  found: countColumn,
  open: countColumn,
  resolved: countColumn,
  false_positives: countColumn,
  runs: countColumn,
  errors: countColumn,
  not_judged: countColumn,
  last_error: z.string().nullable(),
});
type Row = z.output<typeof reportRow>;
const nowRow = z.object({ now: instantColumn });

/** Every detector with its thresholds, its record, and how often it was wrong (docs/detection.md, "Findings"). */
export const readDetectors = async (database: FestivalDatabase): Promise<{ detectors: DetectorInfo[]; at: string }> => {
  const { rows, now } = await database.read(async (tx) => ({
    ...(await tx.row(nowRow, sql`/* regie:detectors */ select clock_timestamp() as now`)),
    rows: await tx.rows(
      reportRow,
      // Settings → thresholds; by the events of 30 days.
      sql`/* regie:detectors */
        select d.algorithm, s.settings, s.updated_by, s.updated_at,
          coalesce(e.found, 0) as found, coalesce(e.open, 0) as open, coalesce(e.resolved, 0) as resolved,
          coalesce(e.false_positives, 0) as false_positives,
          coalesce(st.runs, 0) as runs, coalesce(st.errors, 0) as errors, coalesce(st.not_judged, 0) as not_judged,
          st.last_error
        from unnest(${detectors.map(({ algorithm }) => algorithm)}::text[]) as d (algorithm)
        left join console.detector_settings s using (algorithm)
        left join console.detector_state st using (algorithm)
        left join (
          select detection_algorithm as algorithm, count(*) as found,
            count(*) filter (where status in ('OPEN', 'INVESTIGATING')) as open,
            count(*) filter (where status = 'RESOLVED') as resolved,
            count(*) filter (where status = 'FALSE_POSITIVE') as false_positives
          from public.monitoring_events
          where detection_timestamp > now() - interval '30 days'
          group by 1) as e using (algorithm)`,
    ),
  }));
  const byAlgorithm = new Map(rows.map((row) => [row.algorithm, row]));
  const infos = detectors.flatMap((detector) => {
    const row = byAlgorithm.get(detector.algorithm);
    return row === undefined ? [] : [toInfo(detector, row)];
  });
  return { detectors: infos, at: now };
};

const toInfo = (detector: (typeof detectors)[number], row: Row): DetectorInfo => {
  const stored = parseThresholds(detector, row.settings ?? {});
  const closed = row.resolved + row.false_positives;
  return {
    algorithm: row.algorithm,
    fields: thresholdFields(detector, stored.ok ? stored.thresholds : {}),
    backtestable: detector.input === 'arrivals',
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
    found: row.found,
    open: row.open,
    resolved: row.resolved,
    falsePositives: row.false_positives,
    falsePositiveRate: closed === 0 ? null : row.false_positives / closed,
    runs: row.runs,
    errors: row.errors,
    notJudged: row.not_judged,
    lastError: row.last_error,
  };
};

const changeRow = z.object({
  at: instantColumn,
  author: z.string(),
  laptop: z.string(),
  before: thresholdsSchema.nullable(),
  after: thresholdsSchema,
});
const CHANGES_SHOWN = 50;

/** Who changed a detector's thresholds, newest first. */
export const readThresholdChanges = (database: FestivalDatabase, algorithm: string): Promise<ThresholdChange[]> =>
  database.read((tx) =>
    tx.rows(
      changeRow,
      sql`/* regie:detectors */
        select at, author, laptop, before, after from console.detector_setting_changes
        where algorithm = ${algorithm} order by change_id desc limit ${CHANGES_SHOWN}`,
    ),
  );
