import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinChecklists } from '../../shared/checklists/index.ts';
import { LeaseLost } from '../engine/engine.ts';
import { ageKeyOf } from '../lib/age-key.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createDatabaseClock } from '../testing/database-clock.ts';
import { createTestEngine } from '../testing/engine.ts';
import { createDatabaseBackups } from './database-backups.ts';

let database: TestDatabase;
let folder: string;
const errors: unknown[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-night-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A laptop: its engine, and the backups that it makes while it leads. */
const laptop = (name: string) => {
  const engine = createTestEngine({ database, errors, laptop: name, beside: true });
  const backups = createDatabaseBackups({
    ...{ settings: database.consoleSettings, database: database.festival, laptop: name },
    folder: join(folder, name),
    ageKey: ageKeyOf,
    now: Date.now,
    log: { info: () => undefined, error: (message, facts) => errors.push({ message, ...facts }) },
    onProgress: () => undefined,
  });
  return {
    engine,
    backups,
    /** What its loop and its watchers do in an hour. */
    hour: async (): Promise<void> => {
      try {
        await engine.runCycle('verify');
        for (let piece = 0; piece < 8; piece += 1) await engine.runCycle('maintain');
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
      }
      if (engine.leads()) await backups.makeIfDue();
    },
  };
};

const one = async (text: string) => (await database.admin.query(text)).rows[0];

describe('a day and its night on two laptops', () => {
  it('are verified every hour, maintained once and backed up once, as the day’s lists measure it', async () => {
    const clock = await createDatabaseClock(database.admin);
    await database.admin.query(`update console.maintenance_settings set since = '2026-07-03'`);
    await database.admin.query(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data, status,
        resolved_at, detection_timestamp, created_at, updated_at)
      select 'race_condition', 'LOW', 'a', '{}', 'RESOLVED', at, at, at, at from (values ('2026-05-01'::timestamptz)) as v (at)`);
    const begins = Date.parse('2026-07-02T11:00:00Z');
    const [first, second] = [laptop('booth-1'), laptop('booth-2')];
    for (let hour = 0; hour <= 25; hour += 1) {
      const at = new Date(begins + hour * 3_600_000).toISOString();
      await database.admin.query(
        `insert into system_health_snapshots (snapshot_timestamp, overall_health_status, total_transactions_last_hour)
         select $1::timestamptz - n * interval '5 minutes', 'HEALTHY', 10 from generate_series(0, 11) as n`,
        [at],
      );
      await database.admin.query(
        `insert into monitoring_events (event_type, severity, detection_algorithm, event_data, status, detection_timestamp)
         values ('system_health', 'INFO', 'health_snapshot', '{}', 'RESOLVED', $1::timestamptz - interval '2 minutes')`,
        [at],
      );
      await clock.set(new Date(Date.parse(at) + 5_000).toISOString());
      // In the middle of the night the first one goes to sleep, and hands over.
      if (hour === 18) await first.engine.close();
      if (hour < 18) await first.hour();
      await second.hour();
    }
    expect(
      await one(`select count(*)::int as runs, min(outcome) as outcome, min(day)::text as day, sum(cleaned_events)::int
      as cleaned from console.daily_maintenance`),
    ).toEqual({ runs: 1, outcome: 'done', day: '2026-07-03', cleaned: 1 });
    expect(await one(`select count(*)::int as made from console.backups where verified_at is not null`)).toEqual({
      made: 1,
    });
    const files = ['booth-1', 'booth-2'].flatMap((name) =>
      [first, second].some(({ backups }) => backups.folder === join(folder, name) && backups.files().length > 0)
        ? readdirSync(join(folder, name)).map((file) => join(folder, name, file))
        : [],
    );
    expect(files).toHaveLength(1);
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
    expect(
      await one(
        `select count(*)::int as hours, count(*) filter (where verdict = 'ok')::int as ok from console.verifications`,
      ),
    ).toEqual({ hours: 24, ok: 24 });

    const lists = builtinChecklists.filter(({ id }) => id === 'morning' || id === 'evening');
    const measured = new Map<string, string>();
    for (const item of lists.flatMap(({ items }) => items)) {
      if (item.kind !== 'sensed') continue;
      const { rows } = await database.admin.query(`select console.measure($1::jsonb) ->> 'state' as state`, [
        JSON.stringify(item),
      ]);
      measured.set(item.id, rows[0].state);
    }
    expect(Object.fromEntries(measured)).toMatchObject({
      ...{ backup: 'good', maintenance: 'good', verification: 'good', snapshot: 'good' },
    });
    await second.engine.close();
    expect(errors).toEqual([]);
  });

  it('whose backup fails is a trouble until one is made', async () => {
    const open = async () =>
      (await one(`select string_agg(kind, ',') as kinds from console.troubles where ended_at is null`)).kinds;
    const third = laptop('booth-3');
    const broken = createDatabaseBackups({
      ...{ settings: { ...database.consoleSettings, database: 'nowhere' }, database: database.festival },
      ...{
        laptop: 'booth-3',
        folder: join(folder, 'broken'),
        ageKey: ageKeyOf,
        now: Date.now,
        onProgress: () => undefined,
      },
      log: { info: () => undefined, error: () => undefined },
    });
    await expect(broken.make('Léa', null)).rejects.toThrow('nowhere');
    expect(await open()).toBe('backup_failed');
    expect(await third.backups.make('Léa', null)).toMatchObject({ ok: true });
    expect(await open()).toBeNull();
    const [made] = third.backups.files();
    expect(await third.backups.verify(made?.name ?? '', null)).toMatchObject({ ok: true });
    expect(await third.backups.verify('../x.backup', null)).toMatchObject({ error: { code: 'backup_file_missing' } });
    await third.engine.close();
  });

  it('leaves no file that was not finished, nor one that nobody could be told of', async () => {
    const own = join(folder, 'booth-4');
    mkdirSync(own);
    for (const name of ['regie-night-1.backup.partial', 'regie-now-2.backup.partial.partial', 'mine.partial'])
      writeFileSync(join(own, name), 'half');
    const fourth = laptop('booth-4');
    expect(readdirSync(own)).toEqual(['mine.partial']);
    await database.admin.query('revoke execute on function console.note_backup(jsonb) from regie_console');
    await expect(fourth.backups.make('Léa', null)).rejects.toThrow('note_backup');
    await database.admin.query('grant execute on function console.note_backup(jsonb) to regie_console');
    expect(readdirSync(own)).toEqual(['mine.partial']);
    expect(await fourth.backups.make('Léa', null)).toMatchObject({ ok: true });
    expect(fourth.backups.files()).toHaveLength(1);
    await fourth.engine.close();
    errors.length = 0;
  });
});
