import { z } from 'zod';
import { type DrillResult, drillResultSchema } from '../../shared/contract/drills.ts';
import type { Instant } from '../../shared/domain/primitives.ts';
import type { Transaction } from '../postgres/pool.ts';
import { instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';

/** A drill that is not over, as the database keeps it. */
export type DrillRow = {
  readonly drillId: string;
  readonly operator: string;
  readonly laptop: string;
  readonly surprise: boolean;
  readonly quiet: boolean;
  readonly begunAt: Instant;
  readonly faultId: string | null;
  readonly faultAt: Instant | null;
  /** Started so long ago that it counts as abandoned. */
  readonly forgotten: boolean;
};

const RESULTS = 200;

const runningRow = z
  .object({
    drill_id: z.string(),
    operator: z.string(),
    laptop: z.string(),
    surprise: z.boolean(),
    quiet: z.boolean(),
    begun_at: instantColumn,
    fault_id: z.string().nullable(),
    fault_at: instantColumn.nullable(),
    forgotten: z.boolean(),
  })
  .transform(
    (row): DrillRow => ({
      drillId: row.drill_id,
      operator: row.operator,
      laptop: row.laptop,
      surprise: row.surprise,
      quiet: row.quiet,
      begunAt: row.begun_at,
      faultId: row.fault_id,
      faultAt: row.fault_at,
      forgotten: row.forgotten,
    }),
  );

/** A drill is worked on for so long at most. */
const LONGEST_HOURS = 2;

export const readRunning = (tx: Transaction): Promise<DrillRow | undefined> =>
  tx.maybeRow(
    runningRow,
    sql`/* regie:drills */
      select drill_id::text, operator, laptop, surprise, quiet, begun_at, fault_id::text, fault_at,
        begun_at < now() - make_interval(hours => ${LONGEST_HOURS}) as forgotten
      from console.drills where ended_at is null`,
  );

const endedRow = z
  .object({
    drill_id: z.string(),
    operator: z.string(),
    laptop: z.string(),
    surprise: z.boolean(),
    begun_at: instantColumn,
    ended_at: instantColumn,
    outcome: z.string(),
    kind: z.string().nullable(),
    points: z.int().nullable(),
    result: z.record(z.string(), z.json()).nullable(),
  })
  .transform((row) =>
    drillResultSchema.parse({
      ...row.result,
      drillId: row.drill_id,
      operator: row.operator,
      laptop: row.laptop,
      surprise: row.surprise,
      begunAt: row.begun_at,
      endedAt: row.ended_at,
      outcome: row.outcome,
      kind: row.kind,
      ...(row.points === null ? {} : { points: row.points }),
    }),
  );

/** The newest results, newest first. */
export const readResults = (tx: Transaction): Promise<DrillResult[]> =>
  tx.rows(
    endedRow,
    sql`/* regie:drills */
      select drill_id::text, operator, laptop, surprise, begun_at, ended_at, outcome, kind, points, result
      from console.drills where ended_at is not null order by ended_at desc limit ${RESULTS}`,
  );

/** @returns false where another one runs already. */
export const insertDrill = async (
  tx: Transaction,
  drill: { drillId: string; operator: string; laptop: string; surprise: boolean; quiet: boolean },
): Promise<boolean> =>
  (await tx.run(sql`/* regie:drills */
    insert into console.drills (drill_id, operator, laptop, surprise, quiet)
    values (${drill.drillId}, ${drill.operator}, ${drill.laptop}, ${drill.surprise}, ${drill.quiet})
    on conflict do nothing`)) === 1;

/** The clock begins. */
export const noteFault = (tx: Transaction, drillId: string, fault: { id: string; at: Instant }): Promise<number> =>
  tx.run(sql`/* regie:drills */
    update console.drills set fault_id = ${fault.id}, fault_at = ${fault.at}::timestamptz
    where drill_id = ${drillId} and ended_at is null`);

/** Ends a drill once, whoever comes first. */
export const endDrill = (
  tx: Transaction,
  drillId: string,
  end: { outcome: DrillResult['outcome']; kind: string | null; points: number | null; result: object },
): Promise<number> =>
  tx.run(sql`/* regie:drills */
    update console.drills
    set ended_at = clock_timestamp(), outcome = ${end.outcome}, kind = ${end.kind}, points = ${end.points}::int,
      result = ${JSON.stringify(end.result)}::jsonb
    where drill_id = ${drillId} and ended_at is null`);

const spikeRow = z.object({ going: z.boolean() });

/** Whether failures are frequent already: more of them would be the same finding. */
export const readSpike = async (tx: Transaction): Promise<boolean> =>
  (
    await tx.row(
      spikeRow,
      sql`/* regie:drills */
        select exists (select from console.findings where algorithm = 'system_failure_spike' and cleared_at is null) as going`,
    )
  ).going;
