import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../electron/testing/database.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';

/** Runs a command as `npm run` does, in a process of its own. */
const run = async (script: 'migrate' | 'doctor' | 'backtest', ...args: readonly string[]) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${script}.ts`), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  // Whatever went wrong, people get sentences.
  expect(out + error).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return { out, error, code };
};
const urlOf = ({ user, password, host, port, database }: ConnectionSettings) =>
  `postgres://${user}:${password}@${host}:${port}/${database}`;

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
    const url = urlOf(bare.adminSettings);
    const dry = await run('migrate', '--database', url, '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringContaining('Would apply: 0001_baseline, functions/access'),
    });
    const first = await run('migrate', '--database', url);
    expect(first).toMatchObject({ code: 0, error: '', out: expect.stringContaining('Applied functions/access') });
    expect(first.out).toContain('create role regie login password');
    const second = await run('migrate', '--database', url);
    expect(second).toMatchObject({ code: 0, out: expect.stringContaining('up to date') });
  });

  it('says in one sentence that this login may not', async () => {
    const { code, error } = await run(
      'migrate',
      '--database',
      urlOf({ ...ready.consoleSettings, database: 'postgres' }),
    );
    expect(code).toBe(1);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(error).toContain('lacks the privileges that a migration needs');
  });
});

describe('npm run doctor', () => {
  it('ends well on a database that is ready', async () => {
    const { code, out } = await run('doctor', '--database', urlOf(ready.consoleSettings));
    expect(code).toBe(0);
    expect(out).toContain('✔ The festival’s tables were found.');
  });

  it('speaks French, and JSON', async () => {
    const url = urlOf({ ...ready.consoleSettings, password: 'wrong' });
    const french = await run('doctor', '--database', url, '--language', 'fr');
    expect(french).toMatchObject({ code: 1, out: expect.stringContaining('✖ Utilisateur ou mot de passe incorrect.') });
    const json = await run('doctor', '--database', url, '--json');
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
    const url = urlOf(ready.consoleSettings);
    const { code, out } = await run(
      'backtest',
      '--database',
      url,
      '--hours',
      '2',
      '--set',
      'consecutive_failures.count=4',
    );
    expect(code).toBe(0);
    expect(out).toContain('would have found 0');
    expect(out).toContain('now finds 1');
    expect(out).toContain('would have missed 1');
    const json = await run('backtest', '--database', url, '--set', 'consecutive_failures.count=2', '--json');
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
