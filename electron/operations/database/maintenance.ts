import { z } from 'zod';
import type { ConnectionSettings } from '../../../shared/contract/connection.ts';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import {
  type Maintenance,
  type MaintenanceRun,
  maintenanceRunSchema,
  maintenanceStatement,
} from '../../../shared/domain/maintenance.ts';
import { explainConnectionError, wordsOf } from '../../lib/postgres-errors.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { openSession, type Session } from '../../postgres/session.ts';
import { sql } from '../../postgres/sql.ts';

/** A vacuum of a large table takes its time; a statement that never ends is ended. */
const LONGEST_MS = 30 * 60_000;

type Figures = Record<string, z.core.util.JSONType>;
const figuresRow = z.object({ figures: z.record(z.string(), z.json()).nullable(), may: z.boolean() });

/**
 * Does what `console.start_maintenance` has put down under `runId`, on a connection of its own that ends with it, and records
 * what came of it. Most of it can't be done in a transaction.
 * @param settings of the console's login, or of an administrator's
 */
export const runMaintenance = async (options: {
  database: Pick<FestivalDatabase, 'write'>;
  settings: ConnectionSettings;
  applicationName: string;
  runId: string;
  wanted: Maintenance;
}): Promise<Answer<{ durationMs: number; before: Figures | null; after: Figures | null }>> => {
  const { database, settings, applicationName, runId, wanted } = options;
  const finish = (before: Figures | null, after: Figures | null, error: string | null): Promise<unknown> =>
    database.write((tx) =>
      tx.run(sql`/* regie:remedies */
        select console.finish_maintenance(${runId}::uuid, ${JSON.stringify(before)}::jsonb,
          ${JSON.stringify(after)}::jsonb, ${error})`),
    );
  let session: Session;
  try {
    session = await openSession({ settings, applicationName, answerTimeoutMs: LONGEST_MS });
  } catch (error) {
    await finish(null, null, wordsOf(error));
    return failed('administrator_refused', { why: explainConnectionError(error).code });
  }
  let before: Figures | null = null;
  try {
    // Whoever holds a lock on the table is waited for shortly: the tills come behind what waits here.
    await session.rows(z.unknown(), sql`/* regie:remedies */ set lock_timeout = '10s'`);
    const found = await figuresOf(session, wanted);
    before = found.figures;
    if (!found.may) {
      await finish(before, null, 'permission denied');
      return failed('maintenance_right_missing');
    }
    const began = performance.now();
    await session.rows(z.unknown(), { text: maintenanceStatement(wanted), values: [] });
    const durationMs = performance.now() - began;
    const { figures: after } = await figuresOf(session, wanted);
    await finish(before, after, null);
    return answered({ durationMs, before, after });
  } catch (error) {
    await finish(before, null, wordsOf(error));
    return failed('maintenance_failed', { message: wordsOf(error) });
  } finally {
    session.destroy();
  }
};

/**
 * What the maintenance is to change, and whether this login may: of a table that isn't its own, vacuum and analyze say so by
 * a warning alone. From Postgres 17 on there is a right for it.
 */
const figuresOf = (session: Session, { kind, relation }: Maintenance) => {
  if (relation === null) {
    return session.row(
      figuresRow,
      kind === 'max_connections'
        ? sql`/* regie:remedies */
            select jsonb_build_object('max_connections', current_setting('max_connections'), 'file', (
                select max(setting) from pg_file_settings where name = 'max_connections')) as figures, true as may
            where pg_has_role(current_user, 'pg_read_all_settings', 'usage')
            union all
            select null, true where not pg_has_role(current_user, 'pg_read_all_settings', 'usage')`
        : sql`/* regie:remedies */
            select jsonb_build_object('refreshed_at', max(refreshed_at)) as figures, true as may
            from public.monitoring_dashboard_summary`,
    );
  }
  return session.row(
    figuresRow,
    sql`/* regie:remedies */
      select jsonb_strip_nulls(jsonb_build_object('live', s.n_live_tup, 'dead', s.n_dead_tup,
          'bytes', pg_relation_size(c.oid), 'rows', c.reltuples::bigint, 'valid', x.indisvalid,
          'analyzed', greatest(s.last_analyze, s.last_autoanalyze),
          'vacuumed', greatest(s.last_vacuum, s.last_autovacuum), 'options', c.reloptions::text)) as figures,
        pg_has_role(c.relowner, 'usage') or ${kind} <> 'fillfactor' and case
          when current_setting('server_version_num')::int >= 170000
          then has_table_privilege(coalesce(x.indrelid, c.oid), 'maintain') else false end as may
      from pg_class c
      left join pg_stat_all_tables s on s.relid = c.oid
      left join pg_index x on x.indexrelid = c.oid
      where c.oid = to_regclass(format('%I.%I', ${relation.schema}::text, ${relation.name}::text))`,
  );
};

const runRow = z.object({
  run_id: z.uuid(),
  kind: z.string(),
  target: z.string(),
  operator: z.string(),
  laptop: z.string(),
  by_administrator: z.boolean(),
  started_at: instantColumn,
  finished_at: instantColumn.nullable(),
  outcome: maintenanceRunSchema.shape.outcome,
  before: maintenanceRunSchema.shape.before,
  after: maintenanceRunSchema.shape.after,
  error: z.string().nullable(),
});

/** The last things that were done, newest first. */
export const readMaintenanceRuns = (database: Pick<FestivalDatabase, 'read'>): Promise<MaintenanceRun[]> =>
  database.read(async (tx) => {
    const rows = await tx.rows(
      runRow,
      // By its index.
      sql`/* regie:remedies */
        select run_id::text, kind, target, operator, laptop, by_administrator, started_at, finished_at, outcome, before, after,
          error
        from console.maintenance_runs order by started_at desc limit 50`,
    );
    return rows.map(({ run_id: runId, by_administrator: byAdministrator, ...row }) => ({
      ...{ runId, byAdministrator, kind: row.kind, target: row.target, operator: row.operator, laptop: row.laptop },
      ...{ startedAt: row.started_at, finishedAt: row.finished_at, outcome: row.outcome },
      ...{ before: row.before, after: row.after, error: row.error },
    }));
  });
