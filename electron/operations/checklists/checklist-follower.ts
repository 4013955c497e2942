import { z } from 'zod';
import { type ChecklistTimesView, checklistTimesViewSchema } from '../../../shared/contract/checklists.ts';
import { SENSES } from '../../../shared/domain/checklist.ts';
import {
  type ChecklistRun,
  checklistRunSchema,
  type MessageTest,
  messageTestSchema,
  type Sensed,
  sensedSchema,
} from '../../../shared/domain/checklist-run.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/** What the festival has of its checklists. */
export type FestivalChecklists = {
  readonly runs: readonly ChecklistRun[];
  readonly values: readonly Sensed[];
  readonly tests: readonly MessageTest[];
  readonly times: ChecklistTimesView;
  readonly at: string;
};

/** Runs that stay readable on a laptop: two weeks of a festival that is open every day. */
const RUNS_SHOWN = 40;
const TESTS_SHOWN = 50;

const measuredRow = z.object({ written: z.int() });
const runRow = z.object({ run_id: z.string(), run: checklistRunSchema });
const testRow = z.object({ test: messageTestSchema });
const sensedRow = z.object({ sensed: sensedSchema });
const timesRow = z.object({ times: checklistTimesViewSchema, now: instantColumn });

/** Reads the runs; lets the festival's database measure what those ask for that go on. */
export const readChecklists = async (database: FestivalDatabase): Promise<FestivalChecklists> => {
  const before = await readAll(database);
  if (before.runs.every(isSigned)) return before;
  const { written } = await database.write((tx) =>
    tx.row(measuredRow, sql`/* regie:checklists */ select console.measure_checklists() as written`),
  );
  return written === 0 ? before : readAll(database);
};

const isSigned = ({ entries }: ChecklistRun): boolean => entries.some(({ act }) => act === 'signed');

const readAll = (database: FestivalDatabase): Promise<FestivalChecklists> =>
  database.read(async (tx) => {
    const rows = await tx.fittingRows(
      runRow,
      // By checklist_runs_started_idx, and primary keys.
      sql`/* regie:checklists */
        select r.list_id || ' ' || r.window_key as run_id, jsonb_build_object(
          'listId', r.list_id, 'windowKey', r.window_key, 'list', r.list,
          'startedAt', to_char(r.started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'startedBy', r.started_by, 'laptop', r.laptop, 'hash', encode(console.checklist_hash(r), 'hex'),
          'entries', coalesce((
            select jsonb_agg(console.checklist_said(e) order by e.seq) from console.checklist_entries e
            where e.list_id = r.list_id and e.window_key = r.window_key), '[]')) as run
        from console.checklist_runs r order by r.started_at desc limit ${RUNS_SHOWN}`,
      { name: 'checklist_runs', id: 'run_id' },
    );
    const runs = rows.map(({ run }) => run);
    const asked = sensesOf(runs);
    const values =
      asked.length === 0
        ? []
        : await tx.rows(
            sensedRow,
            sql`/* regie:checklists */ select console.sense(name) as sensed from unnest(${asked}::text[]) as name`,
          );
    const tests = await tx.rows(
      testRow,
      // Of runs that go on, for as long as one may be; by message_tests_run_idx.
      sql`/* regie:checklists */
        select jsonb_build_object('testId', t.test_id, 'listId', t.list_id, 'windowKey', t.window_key, 'itemId', t.item_id,
          'channel', t.channel, 'contact', t.contact, 'state', t.state, 'reason', t.reason, 'wrong', t.wrong,
          'askedAt', to_char(t.asked_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'expiresAt', to_char(t.expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'confirmedAt', to_char(t.confirmed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as test
        from jsonb_to_recordset(${JSON.stringify(runs.filter((run) => !isSigned(run)).map(({ listId, windowKey }) => ({ listId, windowKey })))}::jsonb)
          as r ("listId" text, "windowKey" text)
        join console.message_tests t on t.list_id = r."listId" and t.window_key = r."windowKey"
        order by t.asked_at desc limit ${TESTS_SHOWN}`,
    );
    const { times, now } = await tx.row(
      timesRow,
      sql`/* regie:checklists */
        select jsonb_build_object('version', version, 'opens', to_char(opens, 'HH24:MI'), 'closes', to_char(closes, 'HH24:MI'),
          'firstDay', first_day, 'lastDay', last_day) as times, clock_timestamp() as now
        from console.checklist_settings`,
    );
    return { runs, values: values.map(({ sensed }) => sensed), tests: tests.map(({ test }) => test), times, at: now };
  });

/** What the runs that go on measure, show, or depend on. */
const sensesOf = (runs: readonly ChecklistRun[]): string[] => {
  const items = runs.filter((run) => !isSigned(run)).flatMap(({ list }) => list?.items ?? []);
  const asked = new Set(
    items.flatMap((item) => [
      ...(item.kind === 'sensed' ? [item.sense] : item.figures),
      ...(item.when === undefined ? [] : [item.when.sense]),
    ]),
  );
  return SENSES.filter((sense) => asked.has(sense));
};
