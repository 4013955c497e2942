import { z } from 'zod';
import type { RunCopy } from '../../buffer/run-copy.ts';
import { coalesced } from '../../lib/single-flight.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { runRow, toRun } from '../alerts/run-rows.ts';

/** Keeps the laptop's copy equal to the runs that belong to no alert, and says when they change. */
export type RunFollower = {
  /** Looks now: on a NOTIFY, with the poll under it, after an own command. Looks are never run side by side. */
  refresh(): Promise<void>;
};

/** Ended runs that stay readable on the laptop; open ones all do. */
const ENDED_KEPT = 30;

const markRow = z.object({ run_id: z.string(), mark: z.string() });

export const createRunFollower = (options: {
  database: FestivalDatabase;
  copy: RunCopy;
  onChange: () => void;
}): RunFollower => {
  const { database, copy, onChange } = options;
  let marks = new Map<string, string>();
  /** All of them at the last look. */
  let seen: string | undefined;

  const refreshOnce = async (): Promise<void> => {
    const { now, changed } = await database.read(async (tx) => {
      const rows = await tx.fittingRows(
        markRow,
        // By runbook_runs_general_idx; what a run is made of only grows, so its counts say whether it has changed.
        sql`/* regie:runs */
          select r.run_id::text, concat_ws(' ', r.finished_at,
            (select count(*) from console.runbook_steps s where s.run_id = r.run_id),
            (select count(*) from console.runbook_ticks t where t.run_id = r.run_id),
            (select count(*) from console.runbook_joins j where j.joined_run_id = r.run_id)) as mark
          from console.runbook_runs r
          where r.event_id is null and (r.finished_at is null or r.run_id in (
            select run_id from console.runbook_runs where event_id is null and finished_at is not null
            order by started_at desc limit ${ENDED_KEPT}))
          order by r.started_at desc`,
        { name: 'runbook_runs', id: 'run_id' },
      );
      const fresh = rows.filter(({ run_id, mark }) => marks.get(run_id) !== mark).map(({ run_id }) => run_id);
      if (fresh.length === 0) return { now: rows, changed: [] };
      const runs = await tx.fittingRows(
        runRow,
        sql`/* regie:runs */
          select run_id::text, event_id, runbook_id, runbook, started_at, started_by, finished_at, outcome, steps, ticks, joins
          from console.run_records where run_id = any (${fresh}::uuid[])`,
        { name: 'runbook_runs', id: 'run_id' },
      );
      return { now: rows, changed: runs.map(toRun) };
    });
    const all = JSON.stringify(now);
    if (all === seen) return;
    copy.apply(
      changed,
      now.map(({ run_id }) => run_id),
    );
    onChange();
    // Behind us only now: what could not be stored, as on a full disk, is read again.
    marks = new Map(now.map(({ run_id, mark }) => [run_id, mark]));
    seen = all;
  };

  return { refresh: coalesced(refreshOnce) };
};
