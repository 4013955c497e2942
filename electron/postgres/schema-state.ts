import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { appRoot } from '../lib/app-root.ts';
import { type FunctionFile, readFunctionFiles } from './function-files.ts';
import { type Statement, sql } from './sql.ts';

/** What this console makes of a festival's database. */
export type BuildSchema = {
  /** The names of all numbered migrations, in order. */
  readonly migrations: readonly string[];
  readonly functionFiles: readonly FunctionFile[];
};

/** What a database says was made of it. */
export type DatabaseSchema = {
  readonly migrations: readonly string[];
  readonly functionFiles: readonly Pick<FunctionFile, 'name' | 'version' | 'sha256'>[];
};

export const migrationsFolder = (): string => join(appRoot(), 'migrations', 'postgres');

export const readBuildSchema = (): BuildSchema => ({
  migrations: readdirSync(migrationsFolder())
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort(),
  functionFiles: readFunctionFiles(),
});

/** Reads over any kind of connection; nothing where a table is not there yet. */
export const readDatabaseSchema = async (on: {
  rows<S extends z.ZodType>(schema: S, statement: Statement): Promise<z.output<S>[]>;
}): Promise<DatabaseSchema> => {
  const tables = await on.rows(
    z.object({ name: z.string() }),
    sql`/* regie:schema */
      select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'console' and c.relname in ('migrations', 'function_files')`,
  );
  const there = (table: string) => tables.some(({ name }) => name === table);
  const migrations = there('migrations')
    ? await on.rows(
        z.object({ name: z.string() }),
        sql`/* regie:schema */ select name::text as name from console.migrations order by id`,
      )
    : [];
  const functionFiles = there('function_files')
    ? await on.rows(
        z.object({ name: z.string(), version: z.int(), sha256: z.string() }),
        sql`/* regie:schema */ select name, version, sha256 from console.function_files order by name`,
      )
    : [];
  return { migrations: migrations.map(({ name }) => name), functionFiles };
};

/** The first of the migrations that were joined into the baseline before anything was released. */
const PRERELEASE_MIGRATION = '0001_monitoring_tables';

/**
 * Why this console must leave a database alone; undefined where it fits, or only lacks something. A database is newer
 * when anything in it is: a migration that this console does not know, or a function file of a higher version. Where two
 * lines of development each have something newer, each is refused what the other has made.
 */
export const whyUnfit = (
  build: BuildSchema,
  database: DatabaseSchema,
): 'database_prerelease' | 'database_newer' | undefined => {
  if (database.migrations.includes(PRERELEASE_MIGRATION)) return 'database_prerelease';
  const versions = new Map(build.functionFiles.map(({ name, version }) => [name, version]));
  const newer =
    database.migrations.some((name) => !build.migrations.includes(name)) ||
    database.functionFiles.some(({ name, version }) => version > (versions.get(name) ?? 0));
  return newer ? 'database_newer' : undefined;
};

/**
 * What has to be applied, in order. A numbered migration may drop what stands in any function file, so after one all of
 * them are applied again; else only those that have changed.
 */
export const pendingOf = (build: BuildSchema, database: DatabaseSchema): BuildSchema => {
  const migrations = build.migrations.filter((name) => !database.migrations.includes(name));
  const hashes = new Map(database.functionFiles.map(({ name, version, sha256 }) => [name, `${version} ${sha256}`]));
  return {
    migrations,
    functionFiles: build.functionFiles.filter(
      ({ name, version, sha256 }) => migrations.length > 0 || hashes.get(name) !== `${version} ${sha256}`,
    ),
  };
};

/** How each is named to people. */
export const namesOf = ({ migrations, functionFiles }: BuildSchema): string[] => [
  ...migrations,
  ...functionFiles.map(({ name }) => `functions/${name}`),
];
