import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { appRoot } from '../lib/app-root.ts';
import { MigrationRefused, migrate } from '../postgres/migrations.ts';
import { type FestivalDatabase, openFestivalDatabase, type Transaction } from '../postgres/pool.ts';
import { openSession } from '../postgres/session.ts';
import { type Statement, sql } from '../postgres/sql.ts';
import type { TrainingFile } from './training-file.ts';

/** The three ways into the training festival. */
export type PreparedFestival = {
  /** The superuser, for migrations alone. */
  readonly adminSettings: ConnectionSettings;
  /** What the console connects with: `regie_console` and nothing more, as on a real festival. */
  readonly consoleSettings: ConnectionSettings;
  /** The festival's own system: it reads and writes the festival's tables, and nothing of the console's. */
  readonly fieldSettings: ConnectionSettings;
  /** There was one from before the first release, which was put aside. */
  readonly madeAnew: boolean;
};

const DATABASE = 'festival';

const foundRow = z.object({ found: z.boolean() });

type Server = { settings: ConnectionSettings; passwords: TrainingFile['passwords'] };

/**
 * Makes the festival's database where it is missing, and migrates it; one from before the first release is put aside and
 * created again. Every step may be interrupted and run again.
 * @throws MigrationRefused when a newer console has prepared it.
 */
export const prepareFestival = async (server: Server): Promise<PreparedFestival> => {
  const adminSettings: ConnectionSettings = { ...server.settings, database: DATABASE };
  let madeAnew = false;
  try {
    await makeFestival(server, adminSettings);
  } catch (error) {
    if (!(error instanceof MigrationRefused && error.code === 'database_prerelease')) throw error;
    await putAside(server.settings);
    await makeFestival(server, adminSettings);
    madeAnew = true;
  }
  return {
    adminSettings,
    consoleSettings: { ...adminSettings, user: 'regie', password: server.passwords.console },
    fieldSettings: { ...adminSettings, user: 'festival_system', password: server.passwords.festival },
    madeAnew,
  };
};

const makeFestival = async ({ settings, passwords }: Server, adminSettings: ConnectionSettings): Promise<void> => {
  await createDatabase(settings);
  const admin = openFestivalDatabase({ settings: adminSettings, applicationName: 'regie/training', size: 1 });
  try {
    await admin.write(createFestivalTables);
    await migrate({ settings: adminSettings });
    await admin.write((tx) => createLogins(tx, passwords));
    // Whoever practises makes the others up: nobody is kept waiting for a day.
    await admin.write((tx) =>
      tx.run(sql`/* regie:training */
        update console.festival_settings set independence_hours = 0 where independence_hours <> 0`),
    );
  } finally {
    await admin.close();
  }
};

/** Opens the festival as its own system does, over a few connections of the tills and recharge points. */
export const openField = (settings: ConnectionSettings, onError?: (error: Error) => void): FestivalDatabase =>
  openFestivalDatabase({
    settings,
    applicationName: 'festival',
    size: 5,
    ...(onError === undefined ? {} : { onError }),
  });

const createDatabase = async (settings: ConnectionSettings): Promise<void> => {
  const session = await openSession({ settings, applicationName: 'regie/training', answerTimeoutMs: 60_000 });
  try {
    const { found } = await session.row(
      foundRow,
      sql`/* regie:training */ select exists (select from pg_database where datname = ${DATABASE}) as found`,
    );
    if (!found) await session.rows(z.unknown(), sql`/* regie:training */ create database festival`);
  } finally {
    session.destroy();
  }
};

/** What was practised in it stays readable there. */
const putAside = async (settings: ConnectionSettings): Promise<void> => {
  const session = await openSession({ settings, applicationName: 'regie/training', answerTimeoutMs: 60_000 });
  const run = (statement: Statement) => session.rows(z.unknown(), statement);
  try {
    await run(sql`/* regie:training */ drop database if exists festival_prerelease with (force)`);
    // Of a process that was killed, perhaps: a database in use cannot be renamed.
    await run(sql`/* regie:training */
      select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = ${DATABASE}`);
    await run(sql`/* regie:training */ alter database festival rename to festival_prerelease`);
  } finally {
    session.destroy();
  }
};

const createFestivalTables = async (tx: Transaction): Promise<void> => {
  await tx.run(sql`/* regie:training */ create extension if not exists pg_stat_statements`);
  const { found } = await tx.row(
    foundRow,
    sql`/* regie:training */ select to_regclass('public.table_cards') is not null as found`,
  );
  if (found) return;
  const file = join(appRoot(), 'electron', 'training', 'festival-tables.sql');
  await tx.run({ text: readFileSync(file, 'utf8'), values: [] });
};

const createLogins = async (tx: Transaction, passwords: TrainingFile['passwords']): Promise<void> => {
  // A password cannot be bound in DDL: it travels in a setting of this transaction and is quoted by the server.
  await tx.run(sql`/* regie:training */
    select set_config('regie.console_password', ${passwords.console}, true),
      set_config('regie.festival_password', ${passwords.festival}, true)`);
  await tx.run(sql`/* regie:training */ do $$
    begin
      if not exists (select from pg_roles where rolname = 'regie') then
        create role regie login;
      end if;
      if not exists (select from pg_roles where rolname = 'festival_system') then
        create role festival_system login;
      end if;
      execute format('alter role regie password %L', current_setting('regie.console_password'));
      execute format('alter role festival_system password %L', current_setting('regie.festival_password'));
    end $$`);
  await tx.run(sql`/* regie:training */ grant regie_console to regie`);
  await tx.run(sql`/* regie:training */
    grant select, insert, update, delete on table_cards, app_transaction_log, nfc_scan_log, bar_orders, bar_order_items,
      recharges, idempotency_keys to festival_system`);
  await tx.run(sql`/* regie:training */
    grant usage on sequence app_transaction_log_log_id_seq, nfc_scan_log_scan_log_id_seq, bar_orders_id_seq,
      recharges_id_seq to festival_system`);
};
