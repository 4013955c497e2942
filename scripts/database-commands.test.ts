import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolLaptop } from '../electron/operations/laptops/laptops.ts';
import { bundleAll } from '../electron/testing/bundle.ts';
import { createTestDatabase, type TestDatabase } from '../electron/testing/database.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';

const SCRIPTS = [
  'migrate',
  'doctor',
  'audit',
  'reconcile',
  'backtest',
  'enrol',
  'backup',
  'restore',
  'report',
] as const;
type Script = (typeof SCRIPTS)[number];

// Of each command's processes the first starts from its sources, as with `npm run`, and the others, in half the
// processor's time, from bundled files.
const fromSources = new Set<Script>(SCRIPTS);
let bundled: string;
beforeAll(async () => {
  bundled = mkdtempSync(join(tmpdir(), 'regie-commands-'));
  await bundleAll(
    SCRIPTS.map((script) => join(import.meta.dirname, `${script}.ts`)),
    bundled,
  );
});
afterAll(() => rmSync(bundled, { recursive: true, force: true }));

/** Runs a command as `npm run` does, in a process of its own. */
const run = (script: Script, ...args: readonly string[]) => runWith({}, script, ...args);

/** The same on a festival, with its password in the environment. */
const runOn = (settings: ConnectionSettings, script: Script, ...args: readonly string[]) =>
  runWith({ PGPASSWORD: settings.password }, script, '--database', urlOf(settings), ...args);

const runWith = async (environment: Record<string, string>, script: Script, ...args: readonly string[]) => {
  const program = fromSources.delete(script)
    ? join(import.meta.dirname, `${script}.ts`)
    : join(bundled, `${script}.mjs`);
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  // Whatever went wrong, people get sentences.
  expect(out + error).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return { out, error, code };
};
const urlOf = ({ user, host, port, database }: ConnectionSettings) => `postgres://${user}@${host}:${port}/${database}`;

let bare: TestDatabase;
let ready: TestDatabase;
beforeAll(async () => {
  bare = await createTestDatabase('bare');
  ready = await createTestDatabase('festival');
});
afterAll(async () => {
  await bare.close();
  await ready.close();
});

describe('npm run migrate', () => {
  it('says in a dry run what it would do, then does it, then has nothing to do', async () => {
    const migrations = readdirSync(join(import.meta.dirname, '../migrations/postgres'))
      .filter((file) => file.endsWith('.sql'))
      .map((file) => file.replace('.sql', ''))
      .sort();
    const dry = await runOn(bare.adminSettings, 'migrate', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Would apply: 0001_baseline, ${migrations.slice(1).join(', ')}, functions/access`),
    });
    const first = await runOn(bare.adminSettings, 'migrate');
    expect(first).toMatchObject({ code: 0, error: '', out: expect.stringContaining('Applied functions/access') });
    expect(first.out).toContain('create role regie login password');
    const second = await runOn(bare.adminSettings, 'migrate');
    expect(second).toMatchObject({ code: 0, out: expect.stringContaining('up to date') });
  });

  it('says in one sentence that this login may not', async () => {
    const { code, error } = await runOn({ ...ready.consoleSettings, database: 'postgres' }, 'migrate');
    expect(code).toBe(1);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(error).toContain('lacks the privileges that a migration needs');
  });
});

describe('npm run enrol', () => {
  it('prints a code that enrols a laptop under this name', async () => {
    const { code, out } = await runOn(ready.adminSettings, 'enrol', '--name', 'booth-4');
    expect(code).toBe(0);
    const printed = out.split('\n')[0] ?? '';
    expect(await enrolLaptop(ready.festival, { code: printed, name: 'anything' })).toMatchObject({
      value: { name: 'booth-4' },
    });
  });

  it('is the administrator’s only', async () => {
    expect(await runOn(ready.consoleSettings, 'enrol')).toMatchObject({ code: 1, out: '' });
    expect(await runOn(ready.adminSettings, 'enrol', '--name', ' ')).toMatchObject({
      code: 2,
      error: expect.stringContaining('--name has 1 to 40 characters.'),
    });
  });
});

describe('npm run doctor', () => {
  it('ends well on a database that is ready', async () => {
    const { code, out } = await runOn(ready.consoleSettings, 'doctor');
    expect(code).toBe(0);
    expect(out).toContain('✔ The festival’s tables were found.');
  });

  it('speaks French, and JSON', async () => {
    const wrong = { ...ready.consoleSettings, password: 'wrong' };
    const french = await runOn(wrong, 'doctor', '--language', 'fr');
    expect(french).toMatchObject({ code: 1, out: expect.stringContaining('✖ Utilisateur ou mot de passe incorrect.') });
    const json = await runOn(wrong, 'doctor', '--json');
    expect(JSON.parse(json.out)).toMatchObject([{ code: 'password_wrong', level: 'error' }]);
    expect(json.out).not.toContain('"wrong"');
  });
});

describe.each(['migrate', 'doctor'] as const)('npm run %s', (script) => {
  it.each<[string, readonly string[], string]>([
    ['without a database', [], '--database is missing'],
    ['with an unknown option', ['--databse', 'x'], "'--databse'"],
    ['with an address that is none', ['--database', 'festival'], 'not a URL'],
    ['with an address of something else', ['--database', 'mysql://a@b/c'], 'begins with "mysql://"'],
    ['with an unknown sslmode', ['--database', 'postgres://a@b/c?sslmode=maybe'], 'sslmode "maybe" is unknown'],
  ])('%s says so and how it is used, and exits with 2', async (_, args, words) => {
    const { code, error } = await run(script, ...args);
    expect(code).toBe(2);
    expect(error).toContain(words);
    expect(error).toContain(`npm run ${script} -- --database`);
  });

  it('explains itself when asked', async () => {
    expect(await run(script, '--help')).toMatchObject({ code: 0, out: expect.stringContaining(`npm run ${script}`) });
  });
});

describe('npm run backtest', () => {
  it('says what other thresholds would have found and missed', async () => {
    await ready.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select 'R', 'bar_order', 'failed', 5, 0, 0, now() - make_interval(mins => n) from generate_series(3, 1, -1) as n`,
    );
    const set = ['--set', 'consecutive_failures.count=4'];
    const { code, out } = await runOn(ready.consoleSettings, 'backtest', '--hours', '2', ...set);
    expect(code).toBe(0);
    expect(out).toContain('would have found 0');
    expect(out).toContain('now finds 1');
    expect(out).toContain('would have missed 1');
    const json = await runOn(ready.consoleSettings, 'backtest', '--set', 'consecutive_failures.count=2', '--json');
    expect(JSON.parse(json.out)).toMatchObject([{ algorithm: 'consecutive_failures', proposed: { found: 1 } }]);
  });

  it('refuses what it does not understand, in a sentence', async () => {
    const url = urlOf(ready.consoleSettings);
    const refused = async (...args: string[]) => {
      const { code, error } = await run('backtest', ...args);
      expect(code).toBe(2);
      return error;
    };
    expect(await refused()).toContain('--database is missing');
    expect(await refused('--database', url)).toContain('--set is missing');
    expect(await refused('--database', url, '--set', 'nonsense')).toContain('is not <detector>.<threshold>=<number>');
    expect(await refused('--database', url, '--set', 'nobody.count=4')).toContain('There is no detector "nobody"');
    expect(await refused('--database', url, '--set', 'consecutive_failures.count=1')).toContain('count');
    expect(await refused('--database', url, '--set', 'balance_mismatch_detection.x=1')).toContain(
      'cannot be backtested',
    );
    expect(await refused('--database', url, '--hours', 'many', '--set', 'consecutive_failures.count=4')).toContain(
      '--hours',
    );
  });
});

describe('npm run audit -- --log', () => {
  it('verifies an exported log by the file alone, and asks the festival where one is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-log-'));
    const file = join(folder, 'log.jsonl');
    const first = createHash('sha256').update('regie log').digest('hex');
    const write = (...lines: readonly object[]) =>
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const beginning = { regie: 'incident log', version: 1, previousHash: first };
    try {
      write(beginning, { head: { number: 0, hash: first } });
      expect(await run('audit', '--log', file)).toMatchObject({ code: 0, out: expect.stringContaining('Intact: 0') });
      expect(await runOn(ready.consoleSettings, 'audit', '--log', file)).toMatchObject({
        ...{ code: 0, out: expect.stringContaining('The festival has it.') },
      });
      write(beginning, { head: { number: 7, hash: first } });
      expect(await runOn(ready.consoleSettings, 'audit', '--log', file)).toMatchObject({
        ...{ code: 1, out: expect.stringContaining('the festival has another entry there') },
      });
      write(beginning, { entry: { number: 1, text: 'x' }, hash: first });
      const broken = await run('audit', '--log', file, '--json');
      expect(broken.code).toBe(1);
      expect(JSON.parse(broken.out)).toEqual({ ok: false, line: 2, what: 'hash' });
      expect(await run('audit', '--log', join(folder, 'none'))).toMatchObject({ code: 2, out: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('npm run reconcile', () => {
  it('exits with 0 where all holds, with 1 and the row where something does not, with 2 where it cannot look', async () => {
    const login = ready.consoleSettings;
    const holds = await runOn(login, 'reconcile', '--json');
    expect(holds).toMatchObject({ code: 0, error: '' });
    expect(JSON.parse(holds.out)).toMatchObject({ ok: true, corrections: 0, broken: [] });
    await ready.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, details)
       values ('A', 'manual_correction', 'completed', '{"reason": "Phase4_monitoring_correction"}')`,
    );
    const broken = await runOn(login, 'reconcile');
    await ready.admin.query(`delete from app_transaction_log where card_id = 'A'`);
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(
      /^BROKEN: has_correction: .* Not so in 1 row:\n {2}row \d+ of the log \(card A\): there is no/,
    );
    expect(await runOn({ ...login, password: 'wrong' }, 'reconcile')).toMatchObject({ code: 2, out: '' });
  });
});

describe('npm run report', () => {
  it('writes the report once, and says in a sentence why not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-report-'));
    try {
      const of = ['--kind', 'final', '--from', '2026-07-03', '--out', folder, '--lang', 'fr'];
      const made = await runOn(ready.consoleSettings, 'report', ...of);
      expect(made).toMatchObject({ code: 0, error: '' });
      const [pdf = '', zip, json] = made.out.split('\n');
      expect([pdf, zip, json]).toEqual([
        expect.stringMatching(/regie-final-2026-07-03-[0-9a-f]{8}-fr\.pdf$/),
        expect.stringMatching(/-fr\.csv\.zip$/),
        expect.stringMatching(/[0-9a-f]{8}\.json$/),
      ]);
      expect(readdirSync(folder)).toHaveLength(3);
      expect(made.out).toContain(JSON.parse(readFileSync(json ?? '', 'utf8')).sha256);
      const wrong = await runOn(
        ready.consoleSettings,
        'report',
        '--kind',
        'day',
        '--from',
        '2026-06-31',
        '--out',
        folder,
      );
      expect(wrong).toMatchObject({ code: 1, out: '', error: expect.stringContaining('“2026-06-31” is no day') });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a password', () => {
  const scripts: readonly Script[] = ['migrate', 'doctor', 'audit', 'reconcile', 'backtest', 'report'];
  it.each(scripts)('on the command line of npm run %s is refused, and said nowhere', async (script) => {
    for (const url of ['postgres://regie:hunter2@127.0.0.1/festival', 'postgres://regie@h/festival?password=hunter2']) {
      const { code, error, out } = await run(script, '--database', url);
      expect(code).toBe(2);
      expect(error).toContain('can be read by every user of this machine');
      expect(error).toContain('--password-file FILE');
      expect(error + out).not.toContain('hunter2');
    }
  });

  it('is in a file that only its owner reads, or nothing is done', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-password-'));
    const file = join(folder, 'password');
    try {
      const { password } = ready.consoleSettings;
      writeFileSync(file, `${password}\n`, { mode: 0o600 });
      const options = ['--database', urlOf(ready.consoleSettings), '--password-file', file];
      expect(await run('doctor', ...options)).toMatchObject({ code: 0 });
      for (const mode of [0o640, 0o604, 0o622]) {
        chmodSync(file, mode);
        const { code, error } = await run('doctor', ...options);
        expect(code).toBe(2);
        expect(error).toContain('Others can read');
        expect(error).not.toContain(password);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('may be in the whole address in the environment', async () => {
    const { user, password, host, port, database } = ready.consoleSettings;
    const address = `postgres://${user}:${password}@${host}:${port}/${database}`;
    expect(await runWith({ REGIE_DATABASE: address }, 'doctor')).toMatchObject({ code: 0 });
  });
});

describe('npm run backup, npm run restore', () => {
  it('write a file, refuse it in a sentence where it does not belong, and restore it into an empty database', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-backup-command-'));
    const empty = await createTestDatabase('empty');
    try {
      const file = join(folder, 'festival.backup');
      const made = await runOn(ready.consoleSettings, 'backup', '--out', file);
      expect(made).toMatchObject({ code: 0, error: '', out: expect.stringContaining('Read again: it holds.') });
      const refused = await runOn(ready.adminSettings, 'restore', '--file', file);
      expect(refused).toMatchObject({ code: 1, out: '', error: expect.stringContaining('The database is not empty') });
      const restored = await runOn(empty.adminSettings, 'restore', '--file', file);
      expect(restored).toMatchObject({ code: 0, error: '', out: expect.stringContaining('Restored and compared:') });
      const pin = join(folder, 'pin');
      writeFileSync(pin, '246813\n');
      chmodSync(pin, 0o600);
      const set = await runOn(empty.adminSettings, 'enrol', '--pin', 'léa', '--pin-file', pin);
      expect(set).toMatchObject({ code: 0, out: 'léa signs in with the new PIN.\n' });
      writeFileSync(file, 'something else');
      const foreign = await run('backup', '--verify', file);
      expect(foreign).toMatchObject({ code: 1, error: '✖ This is not a backup of Regie.\n' });
    } finally {
      await empty.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
