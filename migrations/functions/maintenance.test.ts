import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isBackupDue } from '../../electron/operations/maintenance/maintenance-view.ts';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { createDatabaseClock } from '../../electron/testing/database-clock.ts';
import { eventually } from '../../electron/testing/eventually.ts';
import { createOperators } from '../../electron/testing/operators.ts';
import { takeAs } from '../../electron/testing/submit.ts';
import { RETENTION_DAYS } from '../../shared/domain/retention.ts';

let database: TestDatabase;
let clock: Awaited<ReturnType<typeof createDatabaseClock>>;
beforeAll(async () => {
  database = await createTestDatabase();
  clock = await createDatabaseClock(database.admin);
  await createOperators(database.admin, ['Tom'], 'technician');
  await createOperators(database.admin, ['Vic'], 'viewer');
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.admin.query(`
    delete from console.corrections; delete from console.daily_maintenance; delete from console.archive;
    delete from alert_history; delete from monitoring_events; delete from system_health_snapshots;
    update console.maintenance_settings set since = '2026-07-03', retention_days = 30, changed_at = null, changed_by = null`);
});

const ask = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows;
const maintain = async (laptop = 'booth-1') =>
  (await ask('select console.maintain($1) as answer', [laptop]))[0].answer as { more: boolean; done: string | null };
const FUNCTION_OF: Readonly<Record<string, string>> = {
  'maintenance.run': 'order_maintenance',
  'maintenance.cancel': 'cancel_maintenance',
  'maintenance.setRetention': 'set_retention',
};
/** Takes a command in somebody's name and does what it says. */
const under = async (name: string, command: string, input: Record<string, unknown> = {}) => {
  await database.admin.query('begin');
  try {
    const { operationId, answer } = await takeAs(database.admin, name, command, input);
    if (!(answer as { taken: boolean }).taken) return answer;
    return (await ask(`select console.${FUNCTION_OF[command]}($1) as answer`, [operationId]))[0].answer;
  } finally {
    await database.admin.query('commit');
  }
};

/** Until there is no more to do. @returns pieces */
const maintainAll = async (laptop?: string): Promise<number> => {
  for (let pieces = 1; ; pieces += 1) {
    if (!(await maintain(laptop)).more) return pieces;
  }
};
/** Without the row that waits for its hour. */
const runs = () =>
  ask(`select day::text, outcome, asked_by, cleaned_events::int, step from console.daily_maintenance
    where due_at <= public.test_now() order by due_at`);
const troubles = async () =>
  (await ask(`select kind from console.troubles where ended_at is null`)).map(({ kind }) => kind);

type Alert = {
  readonly open: boolean;
  readonly old: boolean;
  readonly card: number | null;
  readonly into: number | null;
  readonly from: number | null;
  readonly corrected: boolean;
  readonly lateNote: boolean;
};
const alerts: fc.Arbitrary<readonly Alert[]> = fc.array(
  fc.record({
    open: fc.nat(9).map((one) => one === 0),
    old: fc.nat(19).map((one) => one > 0),
    card: fc.option(fc.nat(6), { nil: null }),
    /** Its incident's first alert; null: itself. */
    into: fc.option(fc.nat(12), { nil: null, freq: 1 }),
    from: fc.option(fc.nat(12), { nil: null, freq: 1 }).map((from) => (from !== null && from > 8 ? null : from)),
    corrected: fc.nat(14).map((one) => one === 0),
    lateNote: fc.nat(14).map((one) => one === 0),
  }),
  { minLength: 1, maxLength: 13, size: 'max' },
);

/** Which alerts stay, found in another way: sets that are joined. */
const stays = (all: readonly Alert[], closedOnly: readonly boolean[]): boolean[] => {
  const parent = all.map((_, index) => index);
  const root = (index: number): number => (parent[index] === index ? index : root(parent[index] ?? index));
  all.forEach(({ into, from }, index) => {
    if (into !== null) parent[root(index)] = root(into % all.length);
    if (from !== null) parent[root(index)] = root(from % all.length);
  });
  const cards = new Set(all.filter(({ corrected }) => corrected).map(({ card }) => card));
  cards.delete(null);
  const seeds = all.map(
    ({ old, card, corrected, lateNote }, index) =>
      closedOnly[index] === true || !old || corrected || lateNote || (card !== null && cards.has(card)),
  );
  return all.map((_, index) => seeds.some((seed, other) => seed && root(other) === root(index)));
};

const write = async (all: readonly Alert[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const { open, old, card } of all) {
    const at = old ? '2026-05-01' : '2026-07-01';
    const [row] = await ask(
      `insert into monitoring_events (event_type, severity, card_id, detection_algorithm, event_data, status, resolved_at,
         detection_timestamp, created_at, updated_at)
       values ('race_condition', 'LOW', $1, 'a', '{}', $2, $3, $3, $3, $3) returning event_id`,
      [card === null ? null : `card-${card}`, open ? 'OPEN' : 'RESOLVED', at],
    );
    ids.push(String(row.event_id));
  }
  for (const [index, { into, from, corrected, card, lateNote }] of all.entries()) {
    const id = ids[index];
    await ask(
      `insert into console.alerts (event_id, incident_id, occurred_at, placed, placed_from)
       values ($1, $2, '2026-05-01', $3, $4)`,
      [
        id,
        into === null ? id : ids[into % ids.length],
        from === null ? null : 'merged',
        from === null ? null : ids[from % ids.length],
      ],
    );
    await ask(`insert into console.timeline (event_id, kind, actor, at) values ($1, 'detected', 'regie-engine', $2)`, [
      id,
      lateNote ? '2026-07-02' : '2026-05-01',
    ]);
    if (corrected) {
      await ask(
        `insert into console.corrections (operation_id, event_id, card_id, kind, card_delta, ledger_delta, log_id, reason,
           operator, laptop, content_hash, result)
         values (gen_random_uuid(), $1, $2, 'goodwill', 1, 1, $1, 'r', 'Tom', 'b', '', '{}')`,
        [id, card === null ? `of-${id}` : `card-${card}`],
      );
    }
  }
  return ids;
};

describe('the clean-up', () => {
  it('takes what is closed and old, and nothing that a correction, or anything open or young, is connected with', async () => {
    await clock.set('2026-07-03 05:30:00Z');
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(alerts, async (all) => {
        await database.admin.query('begin');
        try {
          const ids = await write(all);
          const kept = stays(
            all,
            all.map(({ open }) => open),
          );
          await maintainAll();
          const left = new Set(
            (await ask('select event_id from monitoring_events')).map((row) => String(row.event_id)),
          );
          expect(ids.map((id) => left.has(id))).toEqual(kept);
          taken += kept.filter((one) => !one).length;
          // What is gone is in the archive, with its timeline, and is told to the consoles.
          const [counts] = await ask(
            `select (select count(*)::int from console.archive where source = 'monitoring_events') as events,
               (select count(*)::int from console.archive where source = 'timeline') as timeline,
               (select count(*)::int from console.archive where source = 'alerts') as alerts,
               (select count(*)::int from console.timeline where event_id = any ($1)) as kept_timeline`,
            [ids],
          );
          const gone = kept.filter((one) => !one).length;
          expect(counts).toEqual({ events: gone, timeline: gone, alerts: gone, kept_timeline: ids.length - gone });
        } finally {
          await database.admin.query('rollback');
        }
      }),
      { numRuns: 40 },
    );
    expect(taken).toBeGreaterThan(30);
  });

  /** Closed and old. */
  const closed = async (count: number): Promise<string[]> =>
    (
      await ask(
        `insert into monitoring_events (event_type, severity, detection_algorithm, event_data, status, resolved_at,
           detection_timestamp, created_at, updated_at)
         select 'race_condition', 'LOW', 'a', '{}', 'RESOLVED', at, at, at, at
         from generate_series(1, $1), (values ('2026-05-01'::timestamptz)) as v (at) returning event_id::text as id`,
        [count],
      )
    ).map(({ id }) => id);
  const left = async () =>
    (await ask('select event_id::text as id from monitoring_events order by event_id')).map(({ id }) => id);
  const clean = async (limit: number) =>
    (await ask(`select console.clean_events('2026-06-01', $1, null) as answer`, [limit]))[0].answer;
  const inIncident = (lead: unknown, ids: readonly unknown[]) =>
    ask(
      `insert into console.alerts (event_id, incident_id, occurred_at) select id, $1, '2026-05-01' from unnest($2::bigint[]) as id`,
      [lead, ids],
    );

  it('takes none that it has not locked, whatever is opened again while it waits', async () => {
    await clock.set('2026-07-03 05:30:00Z');
    const ids = await closed(201);
    await inIncident(ids[0], ids.slice(0, 2));
    const others = await Promise.all(
      [ids[0], ids[200]].map(async (id) => {
        const other = new pg.Client(driverOptions(database.adminSettings));
        await other.connect();
        await other.query('begin');
        await other.query(`update monitoring_events set status = 'OPEN', resolved_at = null where event_id = $1`, [id]);
        return other;
      }),
    );
    try {
      const [{ pid }] = (await ask('select pg_backend_pid() as pid')) as [{ pid: number }];
      const waitsFor = async () =>
        (await others[1]?.query('select pg_blocking_pids($1)::int[] as pids', [pid]))?.rows[0].pids as number[];
      let over = false;
      const work = clean(200).finally(() => {
        over = true;
      });
      await eventually(async () => expect(await waitsFor()).toHaveLength(1));
      const [first] = await waitsFor();
      await others[0]?.query('commit');
      await eventually(async () => {
        const now = await waitsFor();
        expect(over || (now.length === 1 && now[0] !== first)).toBe(true);
      });
      await others[1]?.query('commit');
      expect(await work).toMatchObject({ events: 198, more: true });
      // With the one that was opened its whole incident.
      expect(await left()).toEqual([ids[0], ids[1], ids[200]]);
    } finally {
      for (const other of others) await other.end();
    }
  });

  it('takes an incident whole, however many alerts it has', async () => {
    const ids = await closed(7);
    await inIncident(ids[1], [ids[1], ids[4], ids[5]]);
    expect(await clean(2)).toMatchObject({ events: 4, more: true });
    expect(await left()).toEqual([ids[2], ids[3], ids[6]]);
    expect(await clean(4)).toMatchObject({ events: 3, more: false });
  });

  it('archives every row that goes with an alert, by whichever key', async () => {
    const keys = await ask(`with recursive gone (name, key_column, oid) as (
        select null::text, null::name, 'public.monitoring_events'::regclass::oid
        union select f.conrelid::regclass::text, a.attname::text, f.conrelid from pg_constraint f
        join gone on gone.oid = f.confrelid
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
        where f.contype = 'f' and f.confdeltype <> 'n')
      select name, key_column from gone where name is not null order by 1, 2`);
    const [kept, gone] = await closed(2);
    await ask(`update monitoring_events set status = 'OPEN' where event_id = ${kept}`);
    const run = randomUUID();
    const about = (
      id: unknown,
      of: string | null,
    ) => `insert into console.deliveries (event_id, severity, called_at, episode,
      step, contact, channel, due_at, state, run_id) values (${id}, 'LOW', '2026-05-01', '2026-05-01', 0, 'c', 'email',
      '2026-05-01', 'sent', ${of === null ? null : `'${of}'`})`;
    await ask(`
      insert into console.alerts (event_id, incident_id, occurred_at) values (${gone}, ${gone}, '2026-05-01');
      insert into alert_history (monitoring_event_id, alert_level, alert_message, alert_data)
      values (${gone}, 'INFO', 'a', '{}');
      insert into console.timeline (event_id, kind, at) values (${gone}, 'detected', '2026-05-01');
      insert into console.mentions (operation_id, operator, event_id, author, laptop, words, read_at)
      values (gen_random_uuid(), 'Tom', ${gone}, 'a', 'b', 'w', '2026-05-01');
      insert into console.troubles (event_id, kind, subject, started_at, ended_at)
      values (${gone}, 'backup_failed', '', '2026-05-01', '2026-05-01');
      insert into console.trouble_reports (operation_id, event_id, laptop, login) values (gen_random_uuid(), ${gone}, 'b', 'l');
      insert into console.runbook_runs (run_id, event_id, runbook_id, runbook_version, started_at, started_by, finished_at)
      values ('${run}', ${gone}, 'r', 1, '2026-05-01', 'Tom', '2026-05-01');
      insert into console.runbook_steps (run_id, step_id, state, actor, laptop) values ('${run}', 's', 'done', 'Tom', 'b');
      insert into console.runbook_ticks (run_id, step_id, item_id, actor, laptop) values ('${run}', 's', 'i', 'Tom', 'b');
      insert into console.runbook_joins (run_id, joined_run_id) values (gen_random_uuid(), '${run}');
      ${about(gone, null)}; ${about(kept, run)}`);
    const tables = [...new Set(keys.map(({ name }) => String(name)))];
    const all = async () =>
      (
        await ask(
          tables
            .map((name) => `select '${name.replace('console.', '')}' as source, to_jsonb(t) as data from ${name} t`)
            .join(' union all '),
        )
      ).map((row) => JSON.stringify(row));
    const before = await all();
    expect(await clean(10)).toMatchObject({ events: 1 });
    const after = new Set(await all());
    const deleted = before.filter((row) => !after.has(row));
    const archived = (await ask(`select source, data from console.archive where source <> 'monitoring_events'`)).map(
      (row) => JSON.stringify(row),
    );
    expect(archived.sort()).toEqual(deleted.sort());
    // Of each key there was one.
    const by = new Set(
      archived
        .map((text) => JSON.parse(text) as { source: string; data: Record<string, unknown> })
        .flatMap(({ source, data }) =>
          Object.keys(data)
            .filter((column) => data[column] !== null)
            .map((column) => `${source}.${column}`),
        ),
    );
    expect(
      keys.map((key) => `${key.name.replace('console.', '')}.${key.key_column}`).filter((key) => !by.has(key)),
    ).toEqual([]);
  });

  it('keeps of what was put back and changed what it was last', async () => {
    await closed(1);
    await clean(10);
    await ask(`insert into monitoring_events select (jsonb_populate_record(null::monitoring_events, data)).*
      from console.archive where source = 'monitoring_events'`);
    await ask(`update monitoring_events set resolution_notes = 'looked at again'`);
    expect(await clean(10)).toMatchObject({ events: 1, rows: 1 });
    expect(await ask(`select data ->> 'resolution_notes' as notes from console.archive`)).toEqual([
      { notes: 'looked at again' },
    ]);
  });

  it('keeps the alerts and the runs that the incident log links to', async () => {
    const ids = await closed(4);
    const run = randomUUID();
    await ask(`insert into console.runbook_runs (run_id, event_id, runbook_id, runbook_version, started_at, started_by, finished_at)
      values ('${run}', ${ids[2]}, 'r', 1, '2026-05-01', 'Tom', '2026-05-01')`);
    const links = [
      { kind: 'alert', id: ids[0] },
      { kind: 'run', id: run },
      { kind: 'alert', id: 'none' },
      { kind: 'card', id: ids[1] },
    ];
    await database.admin.query('begin');
    try {
      await ask(`insert into console.log_entries select (jsonb_populate_record(null::console.log_entries, $1)).*`, [
        JSON.stringify({
          ...{ number: 1, entry_id: randomUUID(), act: 'written', kind: 'observation', text: 't', tags: [] },
          ...{ importance: 'normal', mentions: [], links, attachments: [], occurred_at: '2026-05-01' },
          ...{ entered_at: '2026-05-01', arrived_at: '2026-05-01', author: 'Tom', author_id: randomUUID() },
          ...{ role: 'technician', laptop: 'b', laptop_id: randomUUID(), laptop_number: 1, login: 'l' },
          ...{ previous_hash: '\\x', hash: '\\x' },
        }),
      ]);
      expect(await clean(10)).toMatchObject({ events: 2 });
      expect(await left()).toEqual([ids[0], ids[2]]);
    } finally {
      await database.admin.query('rollback');
    }
  });

  it('goes on where it was killed, after any piece, on another laptop, and is done once', async () => {
    await clock.set('2026-07-03 05:30:00Z');
    await ask(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data, status, resolved_at,
        detection_timestamp, created_at, updated_at)
      select 'race_condition', 'LOW', 'a', '{}', 'RESOLVED', '2026-05-01', '2026-05-01', '2026-05-01', '2026-05-01'
      from generate_series(1, 450)`);
    await ask(`insert into system_health_snapshots (snapshot_timestamp, overall_health_status)
      select '2026-05-01'::timestamptz + n * interval '5 minutes', 'HEALTHY' from generate_series(1, 1500) as n`);
    let pieces = 0;
    for (let more = true; more; pieces += 1) {
      // Killed in the middle of it: the server undoes it.
      await database.admin.query('begin');
      await maintain('booth-1');
      await database.admin.query('rollback');
      ({ more } = await maintain(pieces % 2 === 0 ? 'booth-2' : 'booth-3'));
    }
    expect(pieces).toBeGreaterThan(6);
    expect(await runs()).toEqual([
      { day: '2026-07-03', outcome: 'done', asked_by: null, cleaned_events: 450, step: 'end' },
    ]);
    expect(await ask(`select source, count(*)::int from console.archive group by 1 order by 1`)).toEqual([
      { source: 'monitoring_events', count: 450 },
      { source: 'system_health_snapshots', count: 1500 },
    ]);
    await maintainAll('booth-1');
    expect(await runs()).toHaveLength(1);
  });
});

describe('a night', () => {
  it('is done from the quiet hour on, once for all laptops', async () => {
    await clock.set('2026-07-03 04:59:00Z');
    await ask(`update console.maintenance_settings set since = '2026-07-03'`);
    expect(await maintainAll()).toBe(1);
    expect(await runs()).toEqual([]);
    await clock.set('2026-07-03 05:00:01Z');
    await Promise.all([
      maintainAll('booth-1'),
      database.festival.write((tx) => tx.run({ text: `select console.maintain('booth-2')`, values: [] })),
    ]);
    await maintainAll('booth-2');
    expect(await runs()).toMatchObject([{ day: '2026-07-03', outcome: 'done' }]);
  });

  it('goes by the hour with the fewest transactions, once a day of them is known', async () => {
    await clock.set('2026-07-03 05:00:00Z');
    const hour = async () => (await ask(`select console.quiet_hour(public.test_now()) as hour`))[0].hour;
    expect(await hour()).toBe(5);
    await ask(`insert into system_health_snapshots (snapshot_timestamp, overall_health_status, total_transactions_last_hour)
      select at, 'HEALTHY', case when extract(hour from at) = 8 then 1 else 50 end
      from generate_series('2026-07-01 00:00Z'::timestamptz, '2026-07-02 23:00Z', interval '1 hour') as at`);
    // What a snapshot at eight counts is the hour before it.
    expect(await hour()).toBe(7);
  });

  it('that nobody did is written down, and is a trouble until the next one is done', async () => {
    await ask(`update console.maintenance_settings set since = '2026-07-03'`);
    await clock.set('2026-07-04 12:00:00Z');
    await maintainAll();
    expect(await runs()).toMatchObject([
      { day: '2026-07-03', outcome: 'missed' },
      { day: '2026-07-04', outcome: 'missed' },
    ]);
    expect(await troubles()).toEqual(['maintenance_missed']);
    await clock.set('2026-07-05 06:00:00Z');
    await maintainAll();
    expect((await runs()).at(-1)).toMatchObject({ day: '2026-07-05', outcome: 'done' });
    expect(await troubles()).toEqual([]);
  });

  it('keeps the hour that its day began with, and is backed up after it', async () => {
    const due = () => database.festival.read(isBackupDue);
    await ask(`update console.checklist_settings set closes = '22:00'`);
    await clock.set('2026-07-03 05:30:00Z');
    await maintainAll();
    await ask(`update console.checklist_settings set closes = '04:00'`);
    await clock.set('2026-07-03 12:00:00Z');
    await maintainAll();
    expect(await runs()).toEqual([]);
    expect(await troubles()).toEqual([]);
    expect(await due()).toBe(false);
    await clock.set('2026-07-03 23:00:01Z');
    await maintainAll();
    await clock.set('2026-07-04 05:00:01Z');
    await maintainAll();
    expect(await runs()).toMatchObject([
      { day: '2026-07-03', outcome: 'done' },
      { day: '2026-07-04', outcome: 'done' },
    ]);
    expect(await due()).toBe(true);
  });
});

describe('maintenance that somebody asks for', () => {
  it('is done by whoever leads, one at a time, and ends when it is cancelled', async () => {
    await clock.set('2026-07-03 16:00:00Z');
    await ask(`update console.maintenance_settings set since = '2026-07-04'`);
    expect(await under('Vic', 'maintenance.run')).toMatchObject({ taken: false });
    expect(await under('Tom', 'maintenance.run')).toEqual({ outcome: 'saved' });
    expect(await under('Tom', 'maintenance.run')).toMatchObject({ code: 'maintenance_running' });
    await maintain();
    const [run] = await ask(`select run_id from console.daily_maintenance`);
    expect(await under('Tom', 'maintenance.cancel', { runId: run.run_id })).toEqual({ outcome: 'saved' });
    expect(await under('Tom', 'maintenance.cancel', { runId: randomUUID() })).toMatchObject({
      code: 'maintenance_over',
    });
    expect(await maintain()).toMatchObject({ more: false });
    await clock.set('2026-07-03 16:05:00Z');
    expect(await runs()).toMatchObject([{ outcome: 'cancelled', asked_by: 'Tom' }]);
    expect(await under('Tom', 'maintenance.run')).toEqual({ outcome: 'saved' });
    await maintainAll();
    expect(await runs()).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'done' }]);
  });

  it('has failed after six hours, and keeps no night from being done', async () => {
    await clock.set('2026-07-03 20:00:00Z');
    await ask(`update console.maintenance_settings set since = '2026-07-04'`);
    expect(await under('Tom', 'maintenance.run')).toEqual({ outcome: 'saved' });
    await maintain();
    await clock.set('2026-07-04 05:00:01Z');
    await maintainAll();
    expect(await runs()).toMatchObject([
      { asked_by: 'Tom', outcome: 'failed' },
      { asked_by: null, day: '2026-07-04', outcome: 'done' },
    ]);
    expect(await troubles()).toEqual([]);
  });
});

describe('the retention', () => {
  const set = (days: unknown, base: unknown = 30, name = 'Léa') =>
    under(name, 'maintenance.setRetention', { base, days });
  const retention = async () =>
    (await ask(`select retention_days as days, changed_by as by from console.maintenance_settings`))[0];
  /** Closed alerts and snapshots of so many days before the next run. */
  const aged = async (...days: number[]) => {
    for (const age of days) {
      await ask(
        `with aged as (select '2026-07-04 05:00:00Z'::timestamptz - make_interval(days => $1) as at), snapshot as (
          insert into system_health_snapshots (snapshot_timestamp, overall_health_status) select at, 'HEALTHY' from aged)
        insert into monitoring_events (event_type, severity, detection_algorithm, event_data, status, resolved_at,
          detection_timestamp, created_at, updated_at)
        select 'race_condition', 'LOW', 'a', '{}', 'RESOLVED', at, at, at, at from aged`,
        [age],
      );
    }
  };
  const preview = async (days: number) =>
    (await ask(`select console.retention_preview($1) as preview`, [days]))[0].preview;

  it('is a supervisor’s to set, by a command, which is on the audit trail with what was before', async () => {
    expect(await set(60, 30, 'Tom')).toMatchObject({ taken: false, outcome: { error: { code: 'not_allowed' } } });
    expect(await retention()).toEqual({ days: 30, by: null });
    expect(await set(60)).toEqual({ outcome: 'saved' });
    expect(await retention()).toEqual({ days: 60, by: 'Léa' });
    expect(
      await ask(`select actor, subject, data from console.audit where action = 'retention_changed' order by seq`),
    ).toEqual([{ actor: 'Léa', subject: 'maintenance:retention', data: { kind: '30 → 60', before: 30, after: 60 } }]);
    const login = new pg.Client(driverOptions(database.consoleSettings));
    await login.connect();
    try {
      const past = login.query('update console.maintenance_settings set retention_days = 7');
      await expect(past).rejects.toMatchObject({ code: '42501' });
    } finally {
      await login.end();
    }
  });

  it('is not set against another one than was seen', async () => {
    await set(60);
    expect(await set(90)).toEqual({ outcome: 'refused', code: 'retention_changed', name: 'Léa' });
    expect(await retention()).toEqual({ days: 60, by: 'Léa' });
  });

  it('takes what the contract takes and nothing else', async () => {
    const { least, most } = RETENTION_DAYS;
    for (const days of [least - 1, most + 1, -30, 30.5, '30 days', null, 1e12]) {
      expect([days, await set(days)]).toEqual([days, { outcome: 'refused', code: 'retention_invalid' }]);
    }
    expect(await retention()).toEqual({ days: 30, by: null });
    expect(await set(least)).toEqual({ outcome: 'saved' });
    expect(await set(most, least)).toEqual({ outcome: 'saved' });
  });

  it('says beforehand what the next run takes by it, and holds from that run on', async () => {
    await ask(`update console.maintenance_settings set since = '2026-07-04'`);
    await clock.set('2026-07-03 12:00:00Z');
    await aged(8, 20, 31, 59, 61, 400);
    const before = { at: '2026-07-04T05:00:00+00:00' };
    expect(await preview(60)).toEqual({ ...before, events: 2, snapshots: 2 });
    expect(await preview(30)).toEqual({ ...before, events: 4, snapshots: 4 });
    expect(await preview(7)).toEqual({ ...before, events: 6, snapshots: 6 });
    // A run that goes on ends as it began.
    expect(await under('Tom', 'maintenance.run')).toEqual({ outcome: 'saved' });
    await clock.set('2026-07-03 12:00:01Z');
    await maintain();
    expect(await set(7)).toEqual({ outcome: 'saved' });
    await maintainAll();
    expect((await runs())[0]).toMatchObject({ outcome: 'done', cleaned_events: 4 });
    const left = await preview(7);
    expect(left).toEqual({ ...before, events: 2, snapshots: 2 });
    await clock.set('2026-07-04 05:00:00Z');
    await maintainAll();
    expect((await runs()).at(-1)).toMatchObject({ day: '2026-07-04', outcome: 'done', cleaned_events: left.events });
  });
});
