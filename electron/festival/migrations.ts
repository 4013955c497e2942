import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { appRoot } from '../app-root.ts';
import { driverOptions } from './connection-settings.ts';

export type MigrationReport = {
  /** Names of the migrations that were applied (or, in a dry run, would be). */
  readonly applied: readonly string[];
};

/**
 * Brings a festival's database up to date with `migrations/postgres/`, under the library's advisory lock, in one
 * transaction a migration; a second run changes nothing. Afterwards the console's rights on the festival's tables are
 * given again, since the festival may have made its tables after our migrations (festival-schema.md, "Roles").
 *
 * @throws when the connected role may not make schemas and roles, or the connection goes through a transaction pooler.
 */
export const migrate = async (options: {
  settings: ConnectionSettings;
  dryRun?: boolean;
  log?: (line: string) => void;
}): Promise<MigrationReport> => {
  const client = new pg.Client({ ...driverOptions(options.settings), application_name: 'regie/migrate', connectionTimeoutMillis: 5_000 });
  // Without a listener a connection that dies in the middle would end the process instead of failing the query.
  client.on('error', () => undefined);
  const quiet = () => undefined;
  try {
    await client.connect();
    const { rows: before } = await client.query<{ there: boolean }>(`select to_regclass('console.migrations') is not null as there`);
    const untouched = before[0]?.there === false;
    if (options.dryRun && untouched) {
      // A dry run writes nothing, not even the library's own table.
      return { applied: migrationNames() };
    }
    const applied = await runner({
      dbClient: client,
      dir: migrationsFolder(),
      migrationsTable: 'migrations',
      migrationsSchema: 'console',
      createMigrationsSchema: true,
      direction: 'up',
      count: Number.POSITIVE_INFINITY,
      dryRun: options.dryRun ?? false,
      verbose: false,
      logger: { debug: quiet, info: options.log ?? quiet, warn: options.log ?? quiet, error: options.log ?? quiet },
    });
    if (!options.dryRun) await client.query('select console.grant_festival_access()');
    return { applied: applied.map((migration) => migration.name) };
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
