import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PG_MIGRATE_LOCK_ID, type RunnerOption, runner } from 'node-pg-migrate';
import pg from 'pg';
import { z } from 'zod';
import type { ConnectionSettings, DoctorFinding } from '../../shared/contract/connection.ts';
import type { DoctorCode } from '../../shared/i18n/doctor.ts';
import { commandRecordsStatement, commandRightsStatement } from './command-rights.ts';
import { driverOptions } from './connection-settings.ts';
import { type CopySession, copySessionOn, copySettings } from './copy.ts';
import { BOUNDS } from './driver.ts';
import type { FunctionFile } from './function-files.ts';
import { detectPooler } from './pooler.ts';
import { parseAnswer } from './rows.ts';
import {
  type BuildSchema,
  migrationsFolder,
  namesOf,
  pendingOf,
  readBuildSchema,
  readDatabaseSchema,
  whyUnfit,
} from './schema-state.ts';
import { createServers } from './servers.ts';
import { openSession } from './session.ts';
import { type Statement, sql } from './sql.ts';

export type MigrationReport = {
  /** Names of the migrations and function files that were applied (or, in a dry run, would be). */
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
  /** What to make of the database, where it is not what this console's own files say. */
  build?: BuildSchema;
  /** Fills an empty database in the same transaction, before the functions and triggers are there. */
  filling?: Filling;
};

/** Rows from elsewhere, for tables as the first `migrations` of them make these. */
export type Filling = {
  /** Looks at the database before anything is made. Throws where it may not be filled. */
  check(session: CopySession): Promise<void>;
  migrations: number;
  fill(session: CopySession): Promise<void>;
  /** Once everything else is there, before it is committed. */
  finish(session: CopySession): Promise<void>;
};

/**
 * Brings a festival's database up to date: the numbered migrations of `migrations/postgres/`, then the files of
 * `migrations/functions/` that differ from what it was given last, then who may submit which command, in one transaction
 * under the library's advisory lock; a second run changes nothing. The console's rights on the festival's tables are given again each time, since the
 * festival may have made its tables after our migrations.
 *
 * @throws MigrationRefused when a transaction pooler is in the way, the server is too old or a replica, the database was
 * prepared by a newer console or by one before the first release, another migration does not end, or the login may not
 * do what a migration needs; else what connecting or a statement threw.
 */
export const migrate = async (options: MigrateOptions): Promise<MigrationReport> => {
  await refuseUnfitServers(options.settings);
  const client = new pg.Client({
    ...driverOptions(options.settings, await createServers(options.settings).find()),
    application_name: 'regie/migrate',
    connectionTimeoutMillis: BOUNDS.connectMs,
    lock_timeout: 10_000,
    keepAlive: true,
  });
  // Without a listener a connection that dies in the middle would end the process instead of failing the query.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // As an administrator, in a database in which others may be able to make functions: every name has its schema.
    await client.query('/* regie:migrate */ set search_path = pg_catalog, pg_temp');
    if (options.dryRun) return { applied: namesOf(await readPending(client, options)), notGranted: [] };
    await waitForLock(client, options);
    const applied = await applyAll(client, options);
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

/** What has to be applied. @throws MigrationRefused where this console must leave the database alone. */
const readPending = async (
  client: pg.Client,
  { build = readBuildSchema() }: Pick<MigrateOptions, 'build'>,
): Promise<BuildSchema> => {
  const database = await readDatabaseSchema({ rows: (schema, statement) => ask(client, schema, statement) });
  const unfit = whyUnfit(build, database);
  if (unfit !== undefined) throw new MigrationRefused(unfit);
  return pendingOf(build, database);
};

const applyAll = async (client: pg.Client, options: MigrateOptions): Promise<string[]> => {
  const { filling } = options;
  const pending = await readPending(client, options);
  await client.query('begin');
  try {
    if (filling !== undefined) await fill(client, filling);
    if (pending.migrations.length > (filling?.migrations ?? 0)) await runMigrations(client);
    for (const file of pending.functionFiles) await applyFunctionFile(client, file);
    for (const { text, values } of [commandRightsStatement(), commandRecordsStatement()]) {
      await client.query(text, [...values]);
    }
    await client.query('/* regie:migrate */ select console.grant_festival_access()');
    await filling?.finish(copySessionOn(client));
    await client.query('commit');
  } catch (error) {
    // Where the connection is gone, the server has undone it by itself; what went wrong first is what is told.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
  const names = namesOf(pending);
  for (const name of names) options.log?.(`Applied ${name}`);
  return names;
};

const fill = async (client: pg.Client, filling: Filling): Promise<void> => {
  const session = copySessionOn(client);
  await filling.check(session);
  await runMigrations(client, filling.migrations);
  await client.query(copySettings);
  await filling.fill(session);
  await client.query('/* regie:migrate */ set search_path = pg_catalog, pg_temp');
};

/** The numbered migrations, in the transaction that is open: the library must neither begin nor commit one. */
const runMigrations = async (client: pg.Client, count = Number.POSITIVE_INFINITY): Promise<void> => {
  const quiet = () => undefined;
  await runner({
    dbClient: client,
    dir: migrationsFolder(),
    migrationsTable: 'migrations',
    migrationsSchema: 'console',
    createMigrationsSchema: true,
    direction: 'up',
    count,
    singleTransaction: false,
    migrationLoaderStrategies: [{ extensions: ['.sql'], loader: loadWithoutTransaction }],
    verbose: false,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
};

type Loader = Exclude<NonNullable<RunnerOption['migrationLoaderStrategies']>[number]['loader'], string>;

const loadWithoutTransaction: Loader = (files) =>
  Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8');
      return {
        id: file,
        filePaths: [file],
        actions: {
          up: (migration) => {
            migration.noTransaction();
            migration.sql(text);
          },
          down: false,
        },
      };
    }),
  );

const applyFunctionFile = async (client: pg.Client, { name, version, sha256, text }: FunctionFile): Promise<void> => {
  await client.query(text);
  const statement = sql`/* regie:migrate */
    insert into console.function_files (name, version, sha256) values (${name}, ${version}, ${sha256})
    on conflict (name) do update
    set version = excluded.version, sha256 = excluded.sha256, applied_at = clock_timestamp()`;
  await client.query(statement.text, [...statement.values]);
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

const ask = async <S extends z.ZodType>(client: pg.Client, schema: S, statement: Statement): Promise<z.output<S>[]> =>
  parseAnswer(schema, await client.query(statement.text, [...statement.values]), statement);
