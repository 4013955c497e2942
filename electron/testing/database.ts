import pg from 'pg';
import { inject } from 'vitest';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type FestivalDatabase, openFestivalDatabase, textTypes } from '../postgres/pool.ts';

export type TestDatabase = {
  /** As the administrator: what the festival's own systems and a DBA would do. */
  admin: pg.Client;
  /** A second session of the administrator, in the server's own database. */
  maintenance: pg.Client;
  /** The administrator's settings, to open further connections. */
  adminSettings: ConnectionSettings;
  /** A login with the role `regie_console` and nothing more: what the console connects with. */
  consoleSettings: ConnectionSettings;
  /** The festival's database as the core sees it, through that login. */
  festival: FestivalDatabase;
  close(): Promise<void>;
};

const CONSOLE_LOGIN = 'regie_test_login';
let made = 0;

/**
 * A database of its own for a test file, copied from a template (global-setup.ts): `festival` has the festival's tables
 * and our migrations, `bare` the festival's tables alone, `empty` nothing.
 */
export const createTestDatabase = async (
  template: 'festival' | 'bare' | 'empty' = 'festival',
): Promise<TestDatabase> => {
  const { port, password } = inject('postgres');
  made += 1;
  const database = `test_${process.pid}_${process.hrtime.bigint().toString(36)}_${made}`;
  const server = { host: '127.0.0.1', port, tls: 'off' as const };
  const maintenance = new pg.Client({ ...server, ssl: false, user: 'postgres', password, database: 'postgres' });
  await maintenance.connect();
  // Copying a template fails while somebody else copies it: one at a time.
  await maintenance.query('select pg_advisory_lock(4711)');
  const copied = template === 'empty' ? 'template0' : `template_${template}`;
  await maintenance.query(`create database ${database} template ${copied} strategy file_copy`);
  await maintenance.query(`do $$ begin
    if not exists (select from pg_roles where rolname = '${CONSOLE_LOGIN}') then
      create role ${CONSOLE_LOGIN} login password '${CONSOLE_LOGIN}';
    end if;
    if exists (select from pg_roles where rolname = 'regie_console') then
      grant regie_console to ${CONSOLE_LOGIN};
    end if;
  end $$`);
  await maintenance.query('select pg_advisory_unlock(4711)');

  const adminSettings: ConnectionSettings = { ...server, user: 'postgres', password, database };
  const consoleSettings: ConnectionSettings = { ...server, user: CONSOLE_LOGIN, password: CONSOLE_LOGIN, database };
  const admin = new pg.Client({ ...server, ssl: false, user: 'postgres', password, database, types: textTypes });
  await admin.connect();
  await admin.query(`set timezone = 'UTC'`);
  const festival = openFestivalDatabase({ settings: consoleSettings, applicationName: 'regie/test', size: 4 });
  return {
    admin,
    maintenance,
    adminSettings,
    consoleSettings,
    festival,
    close: async () => {
      await festival.close();
      await admin.end();
      await maintenance.query(`drop database ${database} with (force)`);
      await maintenance.end();
    },
  };
};
