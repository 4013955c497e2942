import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import pg from 'pg';
import { z } from 'zod';
import type { ConnectionSettings, DoctorFinding } from '../../shared/contract/connection.ts';
import type { DoctorCode } from '../../shared/i18n/doctor.ts';
import { appRoot } from '../lib/app-root.ts';
import { commandRightsStatement } from './command-rights.ts';
import { driverOptions } from './connection-settings.ts';
import { BOUNDS } from './driver.ts';
import { detectPooler } from './pooler.ts';
import { parseRows } from './rows.ts';
import { openSession } from './session.ts';
import { type Statement, sql } from './sql.ts';

export type MigrationReport = {
  /** Names of the migrations that were applied (or, in a dry run, would be). */
  readonly applied: readonly string[];
  /** Tables of the festival that this administrator could not let the console read: their owner has to. */
  readonly notGranted: readonly string[];
};

/** Why nothing was done. The code names a sentence in shared/i18n/doctor.ts. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
  readonly code: DoctorCode;
  readonly params: DoctorFinding['params'];
  constructor(code: DoctorCode, params: DoctorFinding['params'] = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.params = params;
  }
}

export type MigrateOptions = {
  settings: ConnectionSettings;
  /** Only says what would be applied; writes nothing, not even the library's own table. */
  dryRun?: boolean;
  log?: (line: string) => void;
  /** How long to wait for another migration that is running, milliseconds. */
  waitMs?: number;
};

/**
 * Brings a festival's database up to date with `migrations/postgres/`, under the library's advisory lock and all or
 * nothing; a second run changes nothing. Afterwards the console's rights on the festival's tables are given again, since
 * the festival may have made its tables after our migrations (festival-schema.md, "Roles").
 *
 * @throws MigrationRefused when a transaction pooler is in the way, the server is too old or a replica, another
 * migration does not end, or the login may not do what a migration needs; else what connecting or a statement threw.
 */
export const migrate = async (options: MigrateOptions): Promise<MigrationReport> => {
  await refuseUnfitServers(options.settings);
  const client = new pg.Client({
    ...driverOptions(options.settings),
    application_name: 'regie/migrate',
    connectionTimeoutMillis: BOUNDS.connectMs,
    lock_timeout: 10_000,
    keepAlive: true,
  });
  // Without a listener a connection that dies in the middle would end the process instead of failing the query.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (options.dryRun) {
      const there = new Set(await appliedNames(client));
      return { applied: migrationNames().filter((name) => !there.has(name)), notGranted: [] };
    }
    await waitForLock(client, options);
    const applied = await applyAll(client, options.log);
    await writeCommandRights(client);
    await client.query('/* regie:migrate */ select console.grant_festival_access()');
    return { applied, notGranted: await tablesNotGranted(client) };
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '42501') {
      throw new MigrationRefused('migrate_not_allowed', {}, { cause: error });
    }
    throw error;
  } finally {
    await client.end();
  }
};

const migrationsFolder = (): string => join(appRoot(), 'migrations', 'postgres');

/** The names of all migrations, in order. */
export const migrationNames = (): string[] =>
  readdirSync(migrationsFolder())
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();

const refuseUnfitServers = async (settings: ConnectionSettings): Promise<void> => {
  const open = () => openSession({ settings, applicationName: 'regie/migrate' });
  const session = await open();
  try {
    // The lock below is a session's: a pooler in transaction mode would lose it.
    if ((await detectPooler(session, open)) === 'transaction') throw new MigrationRefused('pooler_transaction');
    const server = await session.row(
      z.object({ version: z.string(), version_num: z.int(), replica: z.boolean() }),
      sql`/* regie:migrate */
        select current_setting('server_version') as version,
          current_setting('server_version_num')::int as version_num, pg_is_in_recovery() as replica`,
    );
    if (server.replica) throw new MigrationRefused('server_is_replica');
    if (server.version_num < 150_000) throw new MigrationRefused('server_too_old', { version: server.version });
  } finally {
    session.destroy();
  }
};

/**
 * Takes the library's lock before the library does, because the library gives up at once when somebody else has it. Held
 * by the session until its end, so that the grants are made under it as well.
 */
const waitForLock = async (client: pg.Client, { waitMs = 60_000, log }: MigrateOptions): Promise<void> => {
  const deadline = performance.now() + waitMs;
  const lockRow = z.object({ locked: z.boolean() });
  for (let told = false; ; told = true) {
    const [row] = await ask(
      client,
      lockRow,
      sql`/* regie:migrate */ select pg_try_advisory_lock(${String(PG_MIGRATE_LOCK_ID)}::bigint) as locked`,
    );
    if (row?.locked) return;
    if (performance.now() >= deadline) throw new MigrationRefused('migration_running');
    if (!told) log?.('Another migration is running on this database; waiting for it to end.');
    await sleep(200);
  }
};

const applyAll = async (client: pg.Client, log: MigrateOptions['log']): Promise<string[]> => {
  const quiet = () => undefined;
  const before = new Set(await appliedNames(client));
  // A newer console has been here: what it made is a superset of ours.
  if (migrationNames().every((name) => before.has(name))) return [];
  const applied = await runner({
    dbClient: client,
    dir: migrationsFolder(),
    migrationsTable: 'migrations',
    migrationsSchema: 'console',
    createMigrationsSchema: true,
    direction: 'up',
    count: Number.POSITIVE_INFINITY,
    singleTransaction: true,
    verbose: false,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const names = applied.map(({ name }) => name);
  for (const name of names) log?.(`Applied ${name}`);
  return names;
};

/** As this console declares them, unless a newer one has been here: its migrations are more than ours, and its rights count. */
const writeCommandRights = async (client: pg.Client): Promise<void> => {
  const ours = new Set(migrationNames());
  if (!(await appliedNames(client)).every((name) => ours.has(name))) return;
  const statement = commandRightsStatement();
  await client.query(statement.text, [...statement.values]);
};

/** What has been applied; nothing where the library's table is not there yet. */
const appliedNames = async (client: pg.Client): Promise<string[]> => {
  const there = await ask(
    client,
    z.object({ relname: z.string() }),
    sql`/* regie:migrate */
      select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'console' and c.relname = 'migrations'`,
  );
  if (there.length === 0) return [];
  const rows = await ask(
    client,
    z.object({ name: z.string() }),
    sql`/* regie:migrate */ select name from console.migrations order by id`,
  );
  return rows.map(({ name }) => name);
};

/** GRANT by somebody who may not grant is a warning, not an error: look at what came of it. */
const tablesNotGranted = async (client: pg.Client): Promise<string[]> => {
  const rows = await ask(
    client,
    z.object({ name: z.string() }),
    sql`/* regie:migrate */
      select c.relname::text as name
      from pg_class c
      where c.relnamespace = 'public'::regnamespace
        and c.relname in ('table_cards', 'app_transaction_log', 'nfc_scan_log', 'bar_orders', 'bar_order_items',
          'recharges', 'idempotency_keys')
        and not (has_table_privilege('regie_console', c.oid, 'select')
          and (c.relname <> 'table_cards' or has_column_privilege('regie_owner', c.oid, 'amount', 'update'))
          and (c.relname <> 'app_transaction_log' or has_table_privilege('regie_owner', c.oid, 'insert')))
      order by 1`,
  );
  return rows.map(({ name }) => name);
};

const ask = async <S extends z.ZodType>(client: pg.Client, schema: S, statement: Statement): Promise<z.output<S>[]> => {
  const { rows } = await client.query(statement.text, [...statement.values]);
  return parseRows(schema, rows, statement);
};
