import { z } from 'zod';
import {
  type Band,
  bandOf,
  bandOfCritical,
  DASHBOARD_LINES,
  RATE_NEEDS_TRANSACTIONS,
} from '../../shared/domain/bands.ts';
import type { Transaction } from '../postgres/pool.ts';
import { countColumn, idColumn, microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { changeFinding, type HealthStatus, ALGORITHM as STATUS_CHANGE } from './detectors/health-status-change.ts';
import { ALGORITHM as LOG_CHANGED } from './detectors/log-changed.ts';
import { ALGORITHM as TRAFFIC_SILENT } from './detectors/traffic-silent.ts';
import { ALGORITHM as UNDECIDED_ROWS } from './detectors/undecided-rows.ts';
import { clearFindings, writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';

/** What is wrong with the festival's tables and logs themselves: no health is green that is judged by half of them. */
const LOG_ALGORITHMS = [LOG_CHANGED, UNDECIDED_ROWS, TRAFFIC_SILENT];

const figuresRow = z.object({
  total: countColumn,
  successful: countColumn,
  failed: countColumn,
  rate: z.string().nullable(),
  open_critical: countColumn,
  /** The gravest of what is wrong with the festival's tables and logs themselves; null where nothing is. */
  log_trouble: z.enum(['warning', 'critical']).nullable(),
  set_aside: countColumn,
  p95_ms: z.number().nullable(),
});
const bandSchema = z.enum(['normal', 'warning', 'critical']).catch('normal');
const previousRow = z.object({
  overall_health_status: z.enum(['HEALTHY', 'WARNING', 'CRITICAL', 'UNKNOWN']).catch('UNKNOWN'),
  metrics_data: z
    .object({ bands: z.object({ success_rate_percent: bandSchema, detection_seconds: bandSchema }) })
    .nullable()
    .catch(null),
});
const snapshotRow = z.object({ snapshot_id: idColumn, at: microsColumn });
const openChangesRow = z.object({ finding_key: z.string() });

const STATUS: Readonly<Record<Band, HealthStatus>> = { normal: 'HEALTHY', warning: 'WARNING', critical: 'CRITICAL' };
const worst = (...bands: readonly Band[]): Band =>
  bands.includes('critical') ? 'critical' : bands.includes('warning') ? 'warning' : 'normal';

/**
 * How long the festival's database takes to answer this laptop, milliseconds: where the guide asks how long its API does.
 * The middle one of three, so that a single slow packet is no curve.
 */
const responseMs = async (tx: Transaction): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const asked = performance.now();
    await tx.run(sql`/* regie:snapshot */ select`);
    times.push(performance.now() - asked);
  }
  return Math.round((times.toSorted((a, b) => a - b)[1] ?? 0) * 100) / 100;
};

/**
 * Writes the five-minute snapshot of the guide, and the system_health event that its meta-monitoring script asks for.
 * Figures come from our own recent rows, never from a scan of the log. Processing times are those of detection cycles.
 */
export const writeSnapshot = (lease: Lease, laptop: string): Promise<void> =>
  lease.write(async (tx) => {
    const figures = await tx.row(
      figuresRow,
      sql`/* regie:snapshot */
        select t.total, t.successful, t.failed,
          round(t.successful::numeric / nullif(t.total, 0) * 100, 2)::text as rate,
          (select count(*) from public.monitoring_events
            where severity = 'CRITICAL' and status in ('OPEN', 'INVESTIGATING')
              and detection_algorithm <> ${STATUS_CHANGE}) as open_critical,
          (select case when bool_or(e.severity = 'CRITICAL') then 'critical' when count(*) > 0 then 'warning' end
            from console.findings f join public.monitoring_events e using (event_id)
            where f.algorithm = any (${LOG_ALGORITHMS}::text[]) and f.cleared_at is null
              -- What lasts until it is mended lasts, whoever has closed its alert; the rest was told once.
              and (f.algorithm <> ${LOG_CHANGED} or f.finding_key !~ ':(replaced|restored):'
                or e.status in ('OPEN', 'INVESTIGATING'))) as log_trouble,
          (select count(*) from console.set_aside where resolved_at is null and money) as set_aside,
          (select percentile_cont(0.95) within group (order by duration_ms) from console.cycles
            where started_at > now() - interval '1 hour' and error is null) as p95_ms
        from (
          select count(*) as total, count(*) filter (where status = 'completed') as successful,
            count(*) filter (where status = 'failed') as failed
          from console.recent_transactions
          where occurred_at > now() - interval '1 hour' and occurred_at <= now() and stated_at is null
            and transaction_type <> 'manual_correction') as t`,
    );
    const previous = await tx.maybeRow(
      previousRow,
      sql`/* regie:snapshot */
        select overall_health_status, metrics_data from public.system_health_snapshots order by snapshot_timestamp desc limit 1`,
    );
    const before = previous?.metrics_data?.bands;
    const isRateMeaningful = figures.total >= RATE_NEEDS_TRANSACTIONS && figures.rate !== null;
    const bands = {
      success_rate_percent: isRateMeaningful
        ? bandOf(Number(figures.rate), before?.success_rate_percent ?? 'normal', DASHBOARD_LINES.success_rate_percent)
        : 'normal',
      detection_seconds: bandOf(
        (figures.p95_ms ?? 0) / 1_000,
        before?.detection_seconds ?? 'normal',
        DASHBOARD_LINES.detection_seconds,
      ),
      open_critical: bandOfCritical(figures.open_critical),
      logs: figures.log_trouble ?? 'normal',
      // Money that may have moved without being judged.
      set_aside: figures.set_aside > 0 ? 'warning' : 'normal',
    } as const;
    const metrics = {
      bands,
      rate_judged: isRateMeaningful,
      open_critical: figures.open_critical,
      set_aside: figures.set_aside,
      processing_time: 'detection cycles',
      response_ms: await responseMs(tx),
    };
    const status = STATUS[worst(...Object.values(bands))];
    const { snapshot_id: snapshotId, at } = await tx.row(
      snapshotRow,
      sql`/* regie:snapshot */
        insert into public.system_health_snapshots (snapshot_timestamp, total_transactions_last_hour,
          successful_transactions_last_hour, failed_transactions_last_hour, success_rate_percent,
          avg_processing_time_ms, p95_processing_time_ms, max_processing_time_ms, total_nfc_scans_last_hour,
          duplicate_nfc_scans_last_hour, nfc_success_rate_percent, active_cards_count, total_system_balance,
          monitoring_events_last_hour, critical_events_last_hour, overall_health_status, metrics_data)
        select now(), ${figures.total}, ${figures.successful}, ${figures.failed}, ${figures.rate}::numeric,
          (select round(avg(duration_ms)::numeric, 2) from console.cycles where started_at > now() - interval '1 hour' and error is null),
          round(${figures.p95_ms}::numeric, 2),
          (select round(max(duration_ms)::numeric, 2) from console.cycles where started_at > now() - interval '1 hour' and error is null),
          s.total, s.duplicate, round(s.read::numeric / nullif(s.total, 0) * 100, 2),
          (select count(distinct card_id) from console.recent_transactions where occurred_at > now() - interval '1 hour'),
          (select least(coalesce(sum(console.amount_of(amount)), 0), 9999999999.99) from public.table_cards),
          e.total, e.critical, ${status},
          ${JSON.stringify(metrics)}::jsonb
        from (
          select count(*) as total, count(*) filter (where scan_status = 'duplicate') as duplicate,
            count(*) filter (where scan_status in ('success', 'duplicate')) as read
          from console.recent_scans where occurred_at > now() - interval '1 hour') as s, (
          select count(*) as total, count(*) filter (where severity = 'CRITICAL') as critical
          from public.monitoring_events
          where detection_timestamp > now() - interval '1 hour' and detection_algorithm <> 'health_snapshot') as e
        returning snapshot_id, (extract(epoch from snapshot_timestamp) * 1000000)::bigint as at`,
    );
    await tx.run(sql`/* regie:snapshot */
      insert into public.monitoring_events (event_type, severity, detection_timestamp, detection_algorithm, confidence_score,
        event_data, status, resolved_at, resolution_notes)
      select 'system_health', 'INFO', clock_timestamp(), 'health_snapshot', 1, to_jsonb(s) - 'metrics_data' || jsonb_build_object('snapshot_id', s.snapshot_id::text), 'RESOLVED',
        clock_timestamp(), 'Health snapshot'
      from public.system_health_snapshots s where s.snapshot_id = ${snapshotId}`);

    if (previous === undefined || previous.overall_health_status === status) return;
    const reasons = Object.entries(bands)
      .filter(([, band]) => band !== 'normal')
      .map(([metric, band]) => `${metric}: ${band}`);
    const earlier = await tx.rows(
      openChangesRow,
      sql`/* regie:snapshot */
        select finding_key from console.findings where algorithm = ${STATUS_CHANGE} and cleared_at is null`,
    );
    await clearFindings(
      tx,
      earlier.map((row) => row.finding_key),
      laptop,
    );
    const change = { snapshotId, from: previous.overall_health_status, to: status, reasons, at };
    await writeFindings(tx, [changeFinding(change)], laptop);
  });
