import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../postgres/migrations.ts';
import { freePort } from '../training/free-port.ts';
import { connectAs } from './connect.ts';
import { EmbeddedPostgres } from './embedded-postgres.ts';
import { createOperators, TEST_OPERATORS } from './operators.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { port: number; password: string };
    /** A folder for programs that several files start (core-program.ts). */
    programs: string;
  }
}

/**
 * One real Postgres for the whole run, with two templates that `createTestDatabase` copies: `template_festival` (the
 * festival's tables and ours) and `template_bare` (the festival's tables alone).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = mkdtempSync(join(tmpdir(), 'regie-test-'));
  chmodSync(root, 0o755);
  const password = 'regie-test';
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(root, 'data'),
    user: 'postgres',
    password,
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // What every connection and every page pays for, and nothing here is a test of: a password that takes long to guess and
    // sums over pages. What the product makes of a password has its own rounds (electron/postgres/scram.ts).
    initdbFlags: ['--no-data-checksums', '-c', 'scram_iterations=1'],
    postgresFlags: [
      ...['-c', 'shared_preload_libraries=pg_stat_statements'],
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
      ...['-c', 'max_connections=400'],
      // Its files may be in memory (scripts/memory-folder.mjs).
      ...['-c', 'max_wal_size=256MB'],
    ],
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`the test server did not start:\n${log.join('')}`, { cause: error });
  }
  try {
    const festivalTables = readFileSync(join(import.meta.dirname, '../training/festival-tables.sql'), 'utf8');
    for (const name of ['template_bare', 'template_festival']) {
      await server.createDatabase(name);
      const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: name });
      await client.connect();
      await client.query(festivalTables);
      await client.end();
    }
    const settings = { host: '127.0.0.1', port, user: 'postgres', password, tls: 'off' as const };
    await migrate({ settings: { ...settings, database: 'template_festival' } });
    const admin = await connectAs({ ...settings, database: 'template_festival' });
    await createOperators(admin, TEST_OPERATORS);
    await admin.end();
  } catch (error) {
    await server.stop();
    throw error;
  }
  const programs = join(root, 'programs');
  mkdirSync(programs);
  project.provide('postgres', { port, password });
  project.provide('programs', programs);
  return async () => {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  };
}
