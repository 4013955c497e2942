import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { freePort } from '../training/free-port.ts';
import { systemUser } from '../training/system-user.ts';
import { connectAs } from './connect.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';

/** Whether Debian's Postgres 15, the oldest that Regie takes, is on this machine. */
export const hasOlderPostgres = (): boolean => existsSync(join(PROGRAMS, 'pg_ctl'));

/**
 * A server of Postgres 15. Its administrator is what a host gives its customers: who may make roles and databases, and is
 * not a superuser.
 */
export const startOlderPostgres = async (): Promise<{ administrator: ConnectionSettings; stop(): void }> => {
  const root = mkdtempSync(join(tmpdir(), 'regie-postgres-15-'));
  const data = join(root, 'data');
  const user = await systemUser({ info: () => undefined, warn: () => undefined, error: () => undefined });
  mkdirSync(data, { mode: 0o700 });
  if (user !== undefined) for (const folder of [root, data]) chownSync(folder, user.uid, user.gid);
  const run = (program: string, args: readonly string[]): void => {
    // Its words in a file: a server that inherits a pipe would hold it open.
    execFileSync(join(PROGRAMS, program), args, { cwd: root, stdio: 'ignore', ...user });
  };
  const port = await freePort();
  const password = 'regie-test';
  const passwordFile = join(root, 'password');
  writeFileSync(passwordFile, password, { mode: 0o644 });
  run('initdb', [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--locale=C',
    '-E',
    'UTF8',
  ]);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
  run('pg_ctl', ['start', '-w', '-s', '-D', data, '-l', join(root, 'server.log'), '-o', options]);
  const stop = (): void => {
    run('pg_ctl', ['stop', '-w', '-s', '-m', 'immediate', '-D', data]);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    const server = { host: '127.0.0.1', port, tls: 'off' as const, database: 'postgres', password };
    const superuser = await connectAs({ ...server, user: 'postgres' });
    await superuser.query(`create role festival_admin login createrole createdb password '${password}'`);
    await superuser.end();
    return { administrator: { ...server, user: 'festival_admin' }, stop };
  } catch (error) {
    stop();
    throw error;
  }
};
