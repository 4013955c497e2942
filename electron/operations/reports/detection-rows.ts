import { z } from 'zod';
import { responseTimeMs } from '../../../shared/domain/deadlines.ts';
import type { FestivalReport } from '../../../shared/domain/report.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import { eventStatusSchema, SEVERITIES, severitySchema } from '../../../shared/domain/severity.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

type Detection = FestivalReport['detection'];

const delayColumns = {
  delays: countColumn,
  median: z.number().nullable(),
  p95: z.number().nullable(),
  most: z.number().nullable(),
};
type Delays = { delays: number; median: number | null; p95: number | null; most: number | null };

const detectorRow = z.object({
  algorithm: z.string(),
  severity: severitySchema,
  found: countColumn,
  open: countColumn,
  resolved: countColumn,
  false_positives: countColumn,
  amount: centsColumn,
  groups: countColumn,
  ...delayColumns,
});

/** A median that no double was rounded for: milliseconds. */
const rounded = (ms: number): number => Math.round(ms * 10) / 10;

const delayOf = ({ delays, median, p95, most }: Delays) =>
  median === null || p95 === null || most === null
    ? null
    : { count: delays, median: rounded(median), p95: rounded(p95), most: rounded(most) };

const readDetectors = async (tx: Transaction, { from, to }: Stretch): Promise<Detection['detectors']> => {
  const rows = await tx.fittingRows(
    detectorRow,
    // By monitoring_events_detection_idx. What another system has found was never delayed by this one.
    sql`/* regie:report */
      select e.detection_algorithm as algorithm, e.severity, count(*) as found,
        count(*) filter (where e.status in ('OPEN', 'INVESTIGATING')) as open,
        count(*) filter (where e.status = 'RESOLVED') as resolved,
        count(*) filter (where e.status = 'FALSE_POSITIVE') as false_positives,
        round(coalesce(sum(abs(console.amount_of(e.affected_amount))), 0), 2) as amount,
        count(d.ms) as delays,
        percentile_cont(0.5) within group (order by d.ms) as median,
        percentile_cont(0.95) within group (order by d.ms) as p95, max(d.ms) as most,
        count(*) over () as groups
      from public.monitoring_events e left join console.alerts a using (event_id)
      cross join lateral (
        select case when isfinite(coalesce(a.committed_at, a.occurred_at)) then greatest(extract(epoch
          from e.detection_timestamp - coalesce(a.committed_at, a.occurred_at))::float8 * 1000, 0) end as ms) as d
      where e.detection_timestamp >= ${from}::timestamptz and e.detection_timestamp < ${to}::timestamptz and e.severity <> 'INFO'
      group by 1, 2
      order by count(*) desc, 1, 2 limit ${MOST_ROWS}`,
    { name: 'monitoring_events', id: 'algorithm' },
  );
  const detectors = rows.map(({ algorithm, severity, found, open, resolved, false_positives, amount, ...row }) => ({
    ...{ algorithm, severity, found, open, resolved, falsePositives: false_positives, amount },
    delay: delayOf(row),
  }));
  return firstOf(detectors, MOST_ROWS, rows[0]?.groups);
};

const dayRow = z.object({
  day: z.string(),
  events: countColumn,
  critical: countColumn,
  confidence: z.number().nullable(),
  cards: countColumn,
});

/** The guide's weekly performance summary. */
const readDays = async (tx: Transaction, { from, to, timeZone }: Stretch): Promise<Detection['days']> =>
  firstOf(
    await tx.rows(
      dayRow,
      sql`/* regie:report */
        select (detection_timestamp at time zone ${timeZone})::date::text as day, count(*) as events,
          count(*) filter (where severity = 'CRITICAL') as critical,
          round(avg(confidence_score), 3)::float8 as confidence, count(distinct card_id) as cards
        from public.monitoring_events
        where detection_timestamp >= ${from}::timestamptz and detection_timestamp < ${to}::timestamptz
        group by 1 order by 1`,
    ),
    MOST_ROWS,
  );

const issueRow = z.object({
  event_id: idColumn,
  at: instantColumn,
  severity: severitySchema,
  algorithm: z.string(),
  card_id: z.string().nullable(),
  amount: centsColumn.nullable(),
  place: z.string().nullable(),
  status: eventStatusSchema,
  answered_at: instantColumn.nullable(),
  answered_by: z.string().nullable(),
  ended_at: instantColumn.nullable(),
  resolution: z.string().nullable(),
  issues: countColumn,
});

/** Alerts that stood on the board as a row of their own: what joined another one is part of that one. */
const readIssues = async (tx: Transaction, { from, to }: Stretch): Promise<Detection['issues']> => {
  const rows = await tx.fittingRows(
    issueRow,
    sql`/* regie:report */
      select e.event_id, e.detection_timestamp as at, e.severity, left(e.detection_algorithm, 200) as algorithm,
        console.key_of(e.card_id) as card_id, console.amount_of(e.affected_amount) as amount,
        left(coalesce(e.event_data ->> 'point_of_sale', e.event_data ->> 'device_identifier'), 200) as place, e.status,
        a.first_acknowledged_at as answered_at, coalesce(a.taken_by, a.acknowledged_by) as answered_by,
        case when e.status in ('RESOLVED', 'FALSE_POSITIVE') then e.resolved_at end as ended_at,
        left(e.resolution_notes, 500) as resolution, count(*) over () as issues
      from public.monitoring_events e left join console.alerts a using (event_id)
      where e.detection_timestamp >= ${from}::timestamptz and e.detection_timestamp < ${to}::timestamptz and e.severity <> 'INFO'
        and coalesce(a.incident_id, e.event_id) = e.event_id
      order by array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], e.severity), e.event_id
      limit ${MOST_ROWS}`,
    { name: 'monitoring_events', id: 'event_id' },
  );
  const issues = rows.map(({ event_id, card_id, answered_at, answered_by, ended_at, issues: _, ...row }) => ({
    ...row,
    ...{ eventId: event_id, cardId: card_id, answeredAt: answered_at, answeredBy: answered_by, endedAt: ended_at },
  }));
  return firstOf(issues, MOST_ROWS, rows[0]?.issues);
};

export const readDetection = async (tx: Transaction, stretch: Stretch): Promise<Detection> => ({
  detectors: await readDetectors(tx, stretch),
  days: await readDays(tx, stretch),
  issues: await readIssues(tx, stretch),
});

const responseRow = z.object({
  severity: severitySchema,
  alerts: countColumn,
  in_time: countColumn,
  late: countColumn,
  waiting: countColumn,
  unanswered: countColumn,
  cleared: countColumn,
  ...delayColumns,
});

/**
 * How soon people answered, against the guide's response times. The clock of an alert begins as shared/domain/deadlines.ts has
 * it: anew where it was reopened, or where it alerted again before anybody had answered.
 */
export const readResponses = async (
  tx: Transaction,
  { from, to }: Stretch,
  takenAt: string,
): Promise<FestivalReport['responses']> => {
  const limits = SEVERITIES.flatMap((severity) => {
    const limit = responseTimeMs(severity);
    return limit === null ? [] : [{ severity, limit }];
  });
  const rows = await tx.fittingRows(
    responseRow,
    sql`/* regie:report */
      with alert as (
        select e.severity, d.limit_ms, e.status in ('RESOLVED', 'FALSE_POSITIVE') as closed, a.first_acknowledged_at,
          coalesce(a.first_acknowledged_at,
            case when e.status in ('RESOLVED', 'FALSE_POSITIVE') and a.cleared_at is null then e.resolved_at end) as answered_at,
          e.detection_timestamp, a.recalled_at, a.reopened_at, a.cleared_at
        from public.monitoring_events e left join console.alerts a using (event_id)
        join unnest(${limits.map(({ severity }) => severity)}::text[], ${limits.map(({ limit }) => limit)}::float8[])
          as d (severity, limit_ms) on d.severity = e.severity
        where e.detection_timestamp >= ${from}::timestamptz and e.detection_timestamp < ${to}::timestamptz
          and coalesce(a.incident_id, e.event_id) = e.event_id
      ), began as (
        select *, case when recalled_at is not null and recalled_at <= coalesce(answered_at, 'infinity')
          then greatest(detection_timestamp, recalled_at) else coalesce(reopened_at, detection_timestamp) end as began_at
        from alert
      ), timed as (
        select *, case when answered_at is not null then greatest(extract(epoch from answered_at - began_at)::float8 * 1000, 0) end as ms,
          extract(epoch from ${takenAt}::timestamptz - began_at)::float8 * 1000 as since_ms
        from began
      )
      select severity, count(*) as alerts, count(*) filter (where ms <= limit_ms) as in_time,
        count(*) filter (where ms > limit_ms) as late,
        count(*) filter (where ms is null and cleared_at is null and not closed and since_ms <= limit_ms) as waiting,
        count(*) filter (where ms is null and cleared_at is null and (closed or since_ms > limit_ms)) as unanswered,
        count(*) filter (where ms is null and cleared_at is not null) as cleared, count(ms) as delays,
        percentile_cont(0.5) within group (order by ms) as median,
        percentile_cont(0.95) within group (order by ms) as p95, max(ms) as most
      from timed group by severity`,
    { name: 'monitoring_events', id: 'severity' },
  );
  const bySeverity = new Map(rows.map((row) => [row.severity, row]));
  return limits.map(({ severity, limit }) => {
    const row = bySeverity.get(severity);
    return {
      ...{ severity, limit, alerts: row?.alerts ?? 0, inTime: row?.in_time ?? 0, late: row?.late ?? 0 },
      ...{ waiting: row?.waiting ?? 0, unanswered: row?.unanswered ?? 0, cleared: row?.cleared ?? 0 },
      answer: row === undefined ? null : delayOf(row),
    };
  });
};
