import { z } from 'zod';
import { type Health, verifiedHourSchema } from '../../shared/contract/health.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { countColumn, instantColumn, serialColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { BLIND_MS } from './canary.ts';

const stageRow = z.object({
  stage: z.enum(['commit', 'detect', 'show']),
  count: countColumn,
  p50: z.number().nullable(),
  p99: z.number().nullable(),
});
const laptopRow = z.object({
  laptop: z.string(),
  seen_at: instantColumn,
  leads: z.boolean(),
  last_canary_at: instantColumn.nullable(),
  blind: z.boolean(),
});
const probeRow = z.object({
  probe_id: serialColumn,
  planted_at: instantColumn,
  read_at: instantColumn.nullable(),
  detected_at: instantColumn.nullable(),
  sightings: z.array(z.object({ laptop: z.string(), received_at: z.string(), displayed_at: z.string() })),
});
const recomputeRow = z.object({
  at: instantColumn,
  cards: z.int(),
  drifted: z.int(),
  duration_ms: z.number(),
});

const asideRow = z.object({
  source: z.string(),
  reason: z.string(),
  count: countColumn,
  money: z.boolean(),
  since: instantColumn,
  row: z.string(),
  value: z.string().nullable(),
});

const verifiedRow = z.object({
  hour: instantColumn,
  verdict: verifiedHourSchema.shape.verdict,
  events: countColumn.nullable(),
  checks: verifiedHourSchema.shape.checks,
  made_at: instantColumn.nullable(),
  duration_ms: z.number().nullable(),
  laptop: z.string().nullable(),
  term: serialColumn.nullable(),
});

const nowRow = z.object({ now: instantColumn });

const PROBES_SHOWN = 10;

/** Regie's own health from the festival's database: stages of the last day's alerts, laptops, canaries, ledger. */
export const readHealth = (database: FestivalDatabase): Promise<Health> =>
  database.read(async (tx) => {
    const stages = await tx.rows(
      stageRow,
      // From a fault to the screen: committed late, detected late or shown late.
      sql`/* regie:health */
        with alert as (
          select a.occurred_at, a.committed_at, e.detection_timestamp as detected_at, a.shown_at
          from console.alerts a join public.monitoring_events e using (event_id)
          where e.detection_timestamp > now() - interval '24 hours' and e.detection_timestamp <= now() + interval '1 day'
            and isfinite(a.occurred_at)
        ), took as (
          select 'commit' as stage, committed_at - occurred_at as time from alert where committed_at is not null
          union all
          select 'detect', detected_at - committed_at from alert where committed_at is not null
          union all
          select 'show', shown_at - detected_at from alert where shown_at is not null
        )
        select s.stage, count(t.time) as count,
          percentile_cont(0.5) within group (order by greatest(extract(epoch from t.time), 0)::float8 * 1000) as p50,
          percentile_cont(0.99) within group (order by greatest(extract(epoch from t.time), 0)::float8 * 1000) as p99
        from unnest(array['commit', 'detect', 'show']) as s (stage) left join took t using (stage)
        group by s.stage
        order by array_position(array['commit', 'detect', 'show'], s.stage)`,
    );
    const laptops = await tx.rows(
      laptopRow,
      sql`/* regie:health */
        select l.laptop, l.seen_at,
          exists (select from console.engine_lease e where e.laptop = l.laptop and e.expires_at > clock_timestamp()) as leads,
          s.displayed_at as last_canary_at,
          l.watched_since is not null and coalesce(
            greatest(s.displayed_at, l.watched_since) < now() - make_interval(secs => ${BLIND_MS / 1_000}), false) as blind
        from console.laptops l
        left join lateral (
          select displayed_at from console.canary_sightings where laptop = l.laptop order by probe_id desc limit 1) as s on true
        where l.seen_at > now() - interval '24 hours'
        order by l.laptop`,
    );
    const probes = await tx.rows(
      probeRow,
      sql`/* regie:health */
        select p.probe_id, p.planted_at, p.read_at, p.detected_at,
          coalesce((
            select jsonb_agg(jsonb_build_object('laptop', s.laptop,
              'received_at', to_char(s.received_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
              'displayed_at', to_char(s.displayed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by s.laptop)
            from console.canary_sightings s where s.probe_id = p.probe_id), '[]') as sightings
        from console.canary_probes p order by p.probe_id desc limit ${PROBES_SHOWN}`,
    );
    const recompute = await tx.maybeRow(
      recomputeRow,
      sql`/* regie:health */
        select started_at as at, cards, drifted, duration_ms from console.ledger_recomputes
        order by recompute_id desc limit 1`,
    );
    const setAside = await tx.rows(
      asideRow,
      sql`/* regie:health */
        select source, reason, count(distinct row_id) as count, bool_or(money) as money, min(since) as since,
          (array_agg(row_id order by since, row_id))[1] as row, (array_agg(left(value, 60) order by since, row_id))[1] as value
        from console.set_aside where resolved_at is null
        group by source, reason
        order by bool_or(money) desc, source, reason`,
    );
    const verified = await tx.rows(
      verifiedRow,
      sql`/* regie:health */
        select hour, verdict, (select sum((a ->> 'count')::bigint) from jsonb_array_elements(figures -> 'activity') as a) as events,
          coalesce(figures -> 'checks', '[]') as checks, made_at, duration_ms, laptop, term
        from console.verification_hours() order by hour`,
    );
    const { now } = await tx.row(nowRow, sql`/* regie:health */ select clock_timestamp() as now`);
    return {
      at: now,
      stages: stages.map(({ stage, count, p50, p99 }) => ({ stage, count, p50Ms: p50, p99Ms: p99 })),
      verifications: verified.map(({ made_at: madeAt, duration_ms: durationMs, ...hour }) => ({
        ...hour,
        madeAt,
        durationMs,
      })),
      laptops: laptops.map((row) => ({
        laptop: row.laptop,
        seenAt: row.seen_at,
        leads: row.leads,
        lastCanaryAt: row.last_canary_at,
        blindSince: row.blind ? row.last_canary_at : null,
      })),
      canaries: probes.map((row) => ({
        probeId: row.probe_id,
        plantedAt: row.planted_at,
        readAt: row.read_at,
        detectedAt: row.detected_at,
        sightings: row.sightings.map((one) => ({
          laptop: one.laptop,
          receivedAt: one.received_at,
          displayedAt: one.displayed_at,
        })),
      })),
      setAside,
      ledger: {
        lastRecomputeAt: recompute?.at ?? null,
        cards: recompute?.cards ?? null,
        drifted: recompute?.drifted ?? null,
        durationMs: recompute?.duration_ms ?? null,
      },
    };
  });
