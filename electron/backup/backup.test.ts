import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Core, startCore } from '../core.ts';
import { verifyAudit } from '../operations/audit/audit-chain.ts';
import { enrolmentStatements } from '../operations/laptops/by-administrator.ts';
import { pinStatement } from '../operations/operators/by-administrator.ts';
import { pinKeyOf, stretchPin } from '../operations/operators/pin.ts';
import { openCopySession } from '../postgres/copy.ts';
import { insertEvent } from '../testing/alerts.ts';
import { aCorrection, applyCorrection, correctionWorld } from '../testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { ageComparisons, createTestEngine, eventsOf } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { festivalOf } from '../testing/festival.ts';
import { createOperators, enrolLaptop, laptopOf, operatorIdOf, PIN, TEST_PIN_PARAMS } from '../testing/operators.ts';
import { createTcpProxy } from '../testing/tcp-proxy.ts';
import { OMITTED_COLUMNS, OMITTED_TABLES } from './contents.ts';
import { openBackup } from './file-reader.ts';
import { makeBackup } from './make-backup.ts';
import { madeStatement, notedRow } from './note.ts';
import { BackupRefused } from './refusal.ts';
import { restoreBackup } from './restore.ts';

let played: TestDatabase;
/** The database into which it was restored. */
let restored: TestDatabase;
let folder: string;
let path: string;
const COPY = 'events_backup_20260703_120000_1';
const errors: unknown[] = [];
const open: TestDatabase[] = [];

/** A festival on which something of everything has happened. */
const play = async (): Promise<void> => {
  const world = correctionWorld(played);
  const festival = festivalOf(played);
  const engine = createTestEngine({ database: played, errors });
  for (let card = 0; card < 30; card += 1) await festival.card(`CARD-${card}`, 40);
  await festival.cardThatLost('LOST-1', 6, { left: 4 });
  await festival.scan('CARD-1');
  await engine.runCycle('tail');
  await engine.runCycle('critical');
  await ageComparisons(played);
  await engine.runCycle('critical');
  await engine.runCycle('snapshot');
  await engine.runCycle('verify');
  await createOperators(played.admin, ['Léa', 'Ben']);
  const card = await world.card('10.00', '15.00');
  const event = await world.event(card);
  await played.admin.query(`insert into console.timeline (event_id, kind, actor, data)
    values (${event}, 'note', 'regie-engine', '{"text": "tab\\t, line\\\\n, back\\\\\\\\slash and \\\\. and é"}')`);
  await applyCorrection(played.admin, aCorrection(card, { eventId: event }));
  // So many that their table is filled without its indexes.
  await played.admin.query(`insert into alert_history (monitoring_event_id, alert_level, alert_message)
    select ${event}, 'INFO', 'sent ' || n from generate_series(1, 6000) as n`);
  await engine.close();
  // What a runbook makes before somebody corrects events.
  await played.admin.query(`create table console.${COPY} as select * from monitoring_events`);
  await played.admin.query(`alter table console.${COPY} add primary key (event_id)`);
  await played.admin.query(`grant select on console.${COPY} to regie_console`);
};

beforeAll(async () => {
  played = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-backup-'));
  path = join(folder, 'festival.backup');
  await play();
});
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});
afterAll(async () => {
  await restored.close();
  await played.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every row of every table that a backup has, as JSON, in an order of its own. */
const everything = async ({ admin }: TestDatabase): Promise<Map<string, string[]>> => {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and (n.nspname = 'console'
       or c.relname in ('monitoring_events', 'system_health_snapshots', 'alert_history')) order by 1`,
  );
  const all = new Map<string, string[]>();
  for (const { name } of tables) {
    const bare = name.replace('console.', '');
    if (OMITTED_TABLES[bare] !== undefined) continue;
    const omitted = Object.keys(OMITTED_COLUMNS[bare] ?? {});
    const { rows } = await admin.query<{ row: string }>(
      `select (to_jsonb(t) - $1::text[])::text as row from ${name} t order by 1`,
      [omitted],
    );
    all.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return all;
};

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof BackupRefused) return error.code;
    throw error;
  }
  return 'not refused';
};

const nothingOfRegie = async ({ admin }: TestDatabase): Promise<void> => {
  const { rows } = await admin.query(
    `select nspname from pg_namespace where nspname = 'console' union all
     select relname from pg_class where relname = 'monitoring_events'`,
  );
  expect(rows).toEqual([]);
};

describe('a backup', () => {
  it('made by a console’s own login, is restored to the same rows, and the console goes on from there', async () => {
    const made = await makeBackup({ settings: played.consoleSettings, path });
    expect(made.rows).toBeGreaterThan(100);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = await everything(played);
    restored = await createTestDatabase('bare');
    const target = restored;
    await restoreBackup({ settings: target.adminSettings, path });
    const after = await everything(target);
    expect(after.get(`console.${COPY}`)).not.toEqual([]);
    // Ended for want of their keys, and noted: all else is as it was.
    const { rows: ended } = await target.admin.query('select ended_at from console.enrolled_laptops');
    expect(ended.map(({ ended_at }) => ended_at)).not.toContain(null);
    const audit = after.get('console.audit')?.at(-1);
    expect(audit).toContain('backup_restored');
    for (const [table, rows] of before) {
      if (table === 'console.enrolled_laptops' || table === 'console.audit_head') continue;
      if (table === 'console.audit') expect(after.get(table)?.slice(0, rows.length), table).toEqual(rows);
      else expect(after.get(table), table).toEqual(rows);
    }
    expect([...after.keys()]).toEqual([...before.keys()]);
    const { rows: statistics } = await target.admin.query(
      `select reltuples::int as rows, exists (select from pg_stats
         where tablename = 'alert_history' and attname = 'monitoring_event_id') as known
       from pg_class where oid = 'alert_history'::regclass`,
    );
    expect(statistics).toEqual([{ rows: after.get('public.alert_history')?.length, known: true }]);
    expect(await verifyAudit(target.festival)).toMatchObject({ ok: true });

    // The festival's own tables come back by its own backup.
    for (const table of ['table_cards', 'app_transaction_log', 'nfc_scan_log']) {
      const { rows } = await played.admin.query(`select to_jsonb(t) as row from ${table} t`);
      await target.admin.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`, [
        JSON.stringify(rows.map(({ row }) => row)),
      ]);
    }
    const found = (await eventsOf(target, 'balance_deduction_on_failure')).length;
    const engine = createTestEngine({ database: target, errors, laptop: 'booth-9' });
    await engine.runCycle('critical');
    await ageComparisons(target);
    await engine.runCycle('critical');
    expect(await eventsOf(target, 'balance_deduction_on_failure')).toHaveLength(found);
    await engine.close();
    expect(errors).toEqual([]);
    // The next numbers are free.
    await insertEvent(target, { cardId: 'NEW' });
    const { rows: invariants } = await target.admin.query(
      `select c.operation_id from console.corrections c
       full join (select * from app_transaction_log where transaction_type = 'manual_correction') l
         on l.client_request_id = c.operation_id::text
       where c.operation_id is null or l.log_id is null or l.new_balance - l.previous_balance <> c.card_delta
         or not exists (select from console.audit a where a.operation_id = c.operation_id)`,
    );
    expect(invariants).toEqual([]);
  });

  it('opens in a console, where somebody signs in with the PIN that the administrator has set', async () => {
    const target = restored;
    for (const { text, values } of [
      ...enrolmentStatements(laptopOf('booth-9')),
      pinStatement({
        name: 'léa',
        params: TEST_PIN_PARAMS,
        digits: PIN.length,
        pinKey: pinKeyOf(await stretchPin(PIN, TEST_PIN_PARAMS)),
      }),
    ]) {
      await target.admin.query(text, [...values]);
    }
    const dataDir = mkdtempSync(join(tmpdir(), 'regie-restored-'));
    chmodSync(dataDir, 0o755);
    await enrolLaptop(target.admin, { laptop: 'booth-9', dataDir });
    let core: Core | undefined;
    try {
      core = await startCore({ dataDir, laptop: 'booth-9', version: '0.0.0', connection: target.consoleSettings });
      const opened = core;
      await eventually(async () =>
        expect(await opened.call('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN })).toMatchObject({
          ok: true,
        }),
      );
      await eventually(async () =>
        expect(await opened.call('board.get', { closed: true })).toMatchObject({
          value: { alerts: expect.arrayContaining([expect.objectContaining({ open: true })]) },
        }),
      );
    } finally {
      await core?.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('has every table that is not left out for a reason, and no secret', async () => {
    const { header } = await openBackup({ path });
    const { rows } = await played.admin.query<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relnamespace = 'console'::regnamespace order by 1`,
    );
    const inFile = header.tables.filter(({ schema }) => schema === 'console').map(({ name }) => name);
    expect([...inFile, ...Object.keys(OMITTED_TABLES)].sort()).toEqual(rows.map(({ name }) => name));
    expect(inFile.filter((name) => OMITTED_TABLES[name] !== undefined)).toEqual([]);
    const secret = await played.admin.query(`select encode(secret, 'hex') as secret from console.signing_keys limit 1`);
    const bytes: Buffer[] = [];
    for await (const { payload } of (await openBackup({ path })).frames()) bytes.push(payload);
    expect(Buffer.concat(bytes).includes(secret.rows[0].secret)).toBe(false);
  });

  it('is noted, once, and is what the checklist measures', async () => {
    const age = async () =>
      (await played.admin.query(`select console.sense('backup_age_h') -> 'value' as value`)).rows[0].value;
    expect(await age()).toBeNull();
    const made = await makeBackup({ settings: played.consoleSettings, path: join(folder, 'noted.backup') });
    const statement = madeStatement('0197d0c0-0000-7000-8000-000000000001', made, { madeBy: 'Léa', laptop: 'booth-1' });
    for (const _ of [1, 2]) await played.festival.write((tx) => tx.rows(notedRow, statement));
    expect(await age()).toBe(0);
    const { rows } = await played.admin.query(
      `select login, made_by, file, rows::int, (select count(*)::int from console.audit where action = 'backup_made') as noted from console.backups`,
    );
    expect(rows).toEqual([
      { login: played.consoleSettings.user, made_by: 'Léa', file: 'noted.backup', rows: made.rows, noted: 1 },
    ]);
  });

  it('leaves no file when it is cancelled, nor replaces one', async () => {
    const empty = join(folder, 'cancelled');
    mkdirSync(empty);
    const controller = new AbortController();
    const work = makeBackup({
      settings: played.consoleSettings,
      path: join(empty, 'a.backup'),
      signal: controller.signal,
      onProgress: ({ tablesDone }) => tablesDone === 5 && controller.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
    expect(readdirSync(empty)).toEqual([]);
    const before = readFileSync(path);
    expect(await refusal(makeBackup({ settings: played.consoleSettings, path }))).toBe('file_exists');
    expect(readFileSync(path)).toEqual(before);
  });
});

describe('a network that goes silent', () => {
  it('ends what is read over it, in the middle of a table and before its first row', async () => {
    const proxy = await createTcpProxy(played.consoleSettings);
    const [reading, asking] = await Promise.all(
      [1, 2].map(() =>
        openCopySession({
          settings: proxy.through(played.consoleSettings),
          applicationName: 'regie/backup',
          silentMs: 2_000,
        }),
      ),
    );
    try {
      let answer: Promise<void> | undefined;
      const read = async () => {
        const text = `copy (select repeat('x', 1000) from generate_series(1, 30000)) to stdout`;
        for await (const _ of reading?.copyOut(text) ?? []) {
          proxy.blackhole();
          answer ??= expect(asking?.run('select 1')).rejects.toThrow('sent nothing');
        }
      };
      await expect(read()).rejects.toThrow('sent nothing');
      await answer;
    } finally {
      reading?.close();
      asking?.close();
      await proxy.close();
    }
  });
});

describe('a restore', () => {
  it('is refused where there is anything of Regie, and changes nothing', async () => {
    expect(await refusal(restoreBackup({ settings: played.adminSettings, path }))).toBe('not_empty');
  });

  it('is refused by a login that may not, and writes nothing', async () => {
    const target = await createTestDatabase('bare');
    open.push(target);
    await expect(restoreBackup({ settings: target.consoleSettings, path })).rejects.toThrow();
    await nothingOfRegie(target);
  });

  it('writes nothing when it is cancelled', async () => {
    const target = await createTestDatabase('bare');
    open.push(target);
    const controller = new AbortController();
    const work = restoreBackup({
      settings: target.adminSettings,
      path,
      signal: controller.signal,
      onProgress: ({ tablesDone }) => tablesDone === 40 && controller.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
    await nothingOfRegie(target);
  });

  it('is undone whole where the database keeps other rows than the file has', async () => {
    const target = await createTestDatabase('bare');
    open.push(target);
    // Somebody's trigger lets nothing in.
    await target.admin.query(`
      create function public.meddle() returns trigger language plpgsql as 'begin return null; end';
      create function public.meddle_everywhere() returns event_trigger language plpgsql as $$
      begin
        if to_regclass('public.alert_history') is not null
          and not exists (select from pg_trigger where tgname = 'meddle') then
          create trigger meddle before insert on public.alert_history for each row execute function public.meddle();
        end if;
      end $$;
      create event trigger meddle on ddl_command_end when tag in ('CREATE TABLE')
        execute function public.meddle_everywhere();`);
    expect(await refusal(restoreBackup({ settings: target.adminSettings, path }))).toBe('not_the_same');
    await nothingOfRegie(target);
  });
});

const damagedCopy = (change: (file: string) => void): string => {
  const copy = join(folder, 'damaged.backup');
  writeFileSync(copy, readFileSync(path));
  change(copy);
  return copy;
};
const flipped = (at: number, bit: number) => (file: string) => {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(file, bytes);
};

describe('a file that is not as it was written', () => {
  it('is refused at any flipped bit', async () => {
    const { size } = statSync(path);
    const any = fc.tuple(fc.nat(size - 1), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(any, async ([at, bit]) => {
        const code = await refusal(openBackup({ path: damagedCopy(flipped(at, bit)) }));
        expect(['damaged', 'foreign', 'newer_format']).toContain(code);
      }),
      { numRuns: 150, examples: [[[0, 0]], [[13, 1]], [[size - 1, 7]], [[20, 3]]] },
    );
  });

  it('is refused at any cut', async () => {
    const { size } = statSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), async (length) => {
        const code = await refusal(openBackup({ path: damagedCopy((file) => truncateSync(file, length)) }));
        expect(['damaged', 'foreign']).toContain(code);
      }),
      { numRuns: 100, examples: [[0], [1], [31], [32], [33], [size - 1], [size - 32]] },
    );
    expect(await refusal(openBackup({ path: damagedCopy((file) => appendFileSync(file, 'x')) }))).toBe('damaged');
  });

  it('is refused before the database is touched', async () => {
    const target = await createTestDatabase('bare');
    open.push(target);
    const { size } = statSync(path);
    const file = damagedCopy(flipped(size - 40, 2));
    expect(await refusal(restoreBackup({ settings: target.adminSettings, path: file }))).toBe('damaged');
    await nothingOfRegie(target);
  });

  it('is refused by what it is', async () => {
    const is = async (text: string) => refusal(openBackup({ path: damagedCopy((file) => writeFileSync(file, text)) }));
    expect(await is('PGDMP and more')).toBe('foreign');
    expect(await is('')).toBe('foreign');
    expect(await is('regie-backup 2\n{}\n')).toBe('newer_format');
    expect(await refusal(openBackup({ path: join(folder, 'nowhere') }))).toBe('file_missing');
    expect(await refusal(openBackup({ path: folder }))).toBe('file_missing');
  });
});

describe('a file with a passphrase', () => {
  it('opens with it alone, and not at any flipped bit or cut', async () => {
    const locked = join(folder, 'locked.backup');
    await makeBackup({ settings: played.consoleSettings, path: locked, passphrase: 'quatre murs' });
    expect(readFileSync(locked).includes('monitoring_events')).toBe(false);
    expect(await refusal(openBackup({ path: locked }))).toBe('passphrase_missing');
    expect(await refusal(openBackup({ path: locked, passphrase: 'quatre mur' }))).toBe('passphrase_wrong');
    const opened = await openBackup({ path: locked, passphrase: 'quatre murs' });
    expect(opened.header.tables.length).toBeGreaterThan(50);
    const whole = readFileSync(locked);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.option(fc.nat(7), { nil: null }), async (at, bit) => {
        writeFileSync(locked, whole);
        if (bit === null) truncateSync(locked, at);
        else flipped(at, bit)(locked);
        expect(await refusal(openBackup({ path: locked, passphrase: 'quatre murs' }))).not.toBe('not refused');
      }),
      {
        numRuns: 5,
        examples: [
          [0, 0],
          [60, 1],
          [whole.length - 1, null],
        ],
      },
    );
  });
});
