import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { eventually } from '../testing/eventually.ts';
import { openTrainingFestival, type TrainingFestival } from './index.ts';
import { openPostgresServer } from './postgres-server.ts';
import { readPostmaster } from './postmaster.ts';

describe('the training festival', () => {
  let dataDir: string;
  let festival: TrainingFestival;
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message), error: () => {} };
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const open = () => openTrainingFestival({ dataDir, clock, log, autoFaults: false });

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'regie-festival-'));
    chmodSync(dataDir, 0o755);
    festival = await open();
  });
  afterAll(async () => {
    await festival.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('lets the console in with its own role and nothing more', async () => {
    const { consoleSettings } = festival;
    expect(
      await ask(
        consoleSettings,
        `select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as more,
          array(select r.rolname::text from pg_roles r where pg_has_role(current_user, r.oid, 'member')
            and r.rolname <> current_user) as roles
        from pg_roles where rolname = current_user`,
      ),
    ).toEqual([{ more: false, roles: ['regie_console', 'regie_reader'] }]);
    await expect(ask(consoleSettings, 'update table_cards set amount = 1')).rejects.toMatchObject({ code: '42501' });
    await expect(ask(consoleSettings, 'delete from app_transaction_log')).rejects.toMatchObject({ code: '42501' });
    expect(await ask(consoleSettings, 'select count(*)::int as cards from table_cards')).toEqual([{ cards: 2_000 }]);
  });

  it('lets its own system touch the festival, and nothing of the console', async () => {
    expect(
      await ask(
        festival.adminSettings,
        `select rolsuper, has_table_privilege('festival_system', 'console.audit', 'select') as audit,
          has_table_privilege('festival_system', 'monitoring_events', 'select') as events
        from pg_roles where rolname = 'festival_system'`,
      ),
    ).toEqual([{ rolsuper: false, audit: false, events: false }]);
  });

  it('answers the queries of the guide about slow statements', async () => {
    expect(await ask(festival.adminSettings, 'select count(*) > 0 as installed from pg_stat_statements')).toEqual([
      { installed: true },
    ]);
  });

  it('goes on when its server is killed', async () => {
    festival.setSpeed(600);
    process.kill(readPostmaster(join(dataDir, 'postgres'))?.pid ?? 0, 'SIGKILL');
    const killedAt = festival.status().transactions;
    await eventually(() => expect(festival.status().transactions).toBeGreaterThan(killedAt + 100));
  });

  it('is refused, with a sentence, to a Regie that is older than the one that prepared it', async () => {
    await festival.close();
    await change('update console.function_files set version = version + 1');
    await expect(open()).rejects.toThrow(/was prepared by a newer Regie. Update Regie on this laptop/);
    await change('update console.function_files set version = version - 1');
    festival = await open();
    expect(festival.status().madeAnew).toBe(false);
  });

  it('goes on where it was after a restart', async () => {
    festival.setRunning(false);
    const label = await eventually(() => festival.inject('negative_balance'));
    await festival.close();
    const before = festival.status();
    festival = await open();
    expect(festival.status().transactions).toBeGreaterThanOrEqual(before.transactions);
    expect(festival.status()).toMatchObject({ faults: 1, lastFault: { cardId: label.cardId } });
    expect(
      await ask(festival.consoleSettings, 'select amount::float8 as amount from table_cards where id = $1', [
        label.cardId,
      ]),
    ).toEqual([{ amount: -(label.amountCents ?? 0) / 100 }]);
  });

  it('is recreated where it is one from before the first release, which is moved aside', async () => {
    await festival.close();
    await change(`update console.migrations set name = '0001_monitoring_tables'`);
    festival = await open();
    expect(festival.status()).toMatchObject({ madeAnew: true, faults: 0, lastFault: null });
    expect(warnings.filter((message) => message.includes('created again'))).toEqual([
      'the training festival was created again: the former one came from a Regie before the first release',
    ]);
    expect(await ask(festival.consoleSettings, 'select count(*)::int as cards from table_cards')).toEqual([
      { cards: 2_000 },
    ]);
    const names = `select datname::text as name from pg_database where datname like 'festival%' order by 1`;
    expect(await ask(festival.adminSettings, names)).toEqual([{ name: 'festival' }, { name: 'festival_prerelease' }]);
    await festival.close();
    festival = await open();
    expect(festival.status().madeAnew).toBe(false);
  });

  /** While no festival is open on it. */
  const change = async (text: string): Promise<void> => {
    const server = await openPostgresServer({ dataDir, log });
    await ask({ ...server.settings, database: 'festival' }, text);
    await server.stop();
  };
});

const ask = async (settings: ConnectionSettings, text: string, values: unknown[] = []): Promise<unknown[]> => {
  const { host, port, database, user, password } = settings;
  const client = new pg.Client({ host, port, database, user, password, ssl: false });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
};
