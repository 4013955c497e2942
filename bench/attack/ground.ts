import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { migrate } from '../../electron/postgres/migrations.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import { createOperators, TEST_OPERATORS } from '../../electron/testing/operators.ts';
import { openPostgresServer } from '../../electron/training/postgres-server.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { Target } from './attack.ts';

export type Ground = Target & {
  readonly adminSettings: ConnectionSettings;
  /** Another festival on the same server. */
  another(): Promise<Ground>;
  /** Takes away what was made: database, logins, and where it was ours the server. */
  close(): Promise<void>;
};

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A festival on a server of its own, which goes with it. */
export const openOwnGround = async (): Promise<Ground> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-attack-'));
  chmodSync(dataDir, 0o755);
  const server = await openPostgresServer({ dataDir, log: quiet });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const ground = await makeGround(server.settings);
    return {
      ...ground,
      close: async () => {
        await ground.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/**
 * A festival of its own on a server of somebody else's, as its administrator: who may make databases and roles, and need
 * not be a superuser. Nothing that is there already is touched.
 */
export const makeGround = async (administrator: ConnectionSettings): Promise<Ground> => {
  const name = `regie_attack_${randomBytes(4).toString('hex')}`;
  const maintenance = await connectAs(administrator);
  const adminSettings: ConnectionSettings = { ...administrator, database: name };
  await maintenance.query(`create database ${name} template template0`);
  try {
    const admin = await connectAs(adminSettings);
    await admin.query(readFileSync(join(import.meta.dirname, '../../electron/training/festival-tables.sql'), 'utf8'));
    await migrate({ settings: adminSettings });
    await createOperators(admin, TEST_OPERATORS);
    const logins = await makeLogins(admin, adminSettings);
    return {
      ...logins,
      admin,
      adminSettings,
      another: () => makeGround(administrator),
      close: async () => {
        await logins.remove();
        await admin.end();
        await maintenance.query(`drop database ${name}`);
        await maintenance.end();
      },
    };
  } catch (error) {
    await maintenance.query(`drop database ${name} with (force)`).catch(() => undefined);
    await maintenance.end();
    throw error;
  }
};

/** Two laptops' logins, which go with the festival. */
export const makeLogins = async (
  admin: pg.Client,
  settings: ConnectionSettings,
): Promise<Pick<Target, 'login' | 'other'> & { remove(): Promise<void> }> => {
  const make = async (): Promise<ConnectionSettings> => {
    const user = `regie_attack_${randomBytes(4).toString('hex')}`;
    const password = randomBytes(16).toString('hex');
    // Both are of our own letters: neither can be bound here.
    await admin.query(`create role ${user} login password '${password}'`);
    await admin.query(`grant regie_console to ${user}`);
    return { ...settings, user, password };
  };
  const login = await make();
  const other = await make();
  return {
    login,
    other,
    remove: async () => {
      for (const { user } of [login, other]) {
        await dropOwned(admin, user);
        await admin.query(`drop role ${user}`);
      }
    },
  };
};

/** Takes away what a login has made and been given in this database. */
export const dropOwned = async (admin: pg.Client, user: string): Promise<void> => {
  // Only a member may, and an administrator is none by being one.
  await admin.query(`grant ${user} to current_user`);
  await admin.query(`drop owned by ${user} cascade`);
};
