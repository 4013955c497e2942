import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { prepareFestival } from '../../electron/training/festival.ts';
import { openPostgresServer } from '../../electron/training/postgres-server.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';

/** A Postgres of its own, in a folder that goes with it, with a festival's database in it. */
export type BenchServer = {
  /** The administrator on the festival's database. */
  readonly admin: pg.Client;
  readonly adminSettings: ConnectionSettings;
  readonly consoleSettings: ConnectionSettings;
  readonly fieldSettings: ConnectionSettings;
  /** What the server writes, with the plans that it was asked to log. */
  readonly logFile: string;
  /** A further session of the administrator. */
  connect(): Promise<pg.Client>;
  /** Drops everything that Regie has created, and creates it again: its next reading of the logs is the first. */
  forgetConsole(): Promise<void>;
  close(): Promise<void>;
};

/**
 * What a festival's server would have. The training server's own settings are those of a small guest on a laptop; what
 * is not named here has Postgres's default: fsync, full_page_writes and synchronous_commit are on.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  min_wal_size: '80MB',
  wal_level: 'replica',
  max_wal_senders: '10',
  track_commit_timestamp: 'on',
  shared_preload_libraries: 'pg_stat_statements, auto_explain',
  'auto_explain.log_min_duration': '-1',
};

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const openBenchServer = async (): Promise<BenchServer> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-bench-'));
  chmodSync(dataDir, 0o755);
  const open = () => openPostgresServer({ dataDir, log: quiet });
  let server: Awaited<ReturnType<typeof open>> | undefined;
  const clients = new Set<pg.Client>();
  const close = async (): Promise<void> => {
    for (const client of clients) await client.end().catch(() => undefined);
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const connect = async (settings: ConnectionSettings): Promise<pg.Client> => {
    const client = new pg.Client(driverOptions(settings));
    // The server is ended under it when the programme is interrupted.
    client.on('error', () => undefined);
    await client.connect();
    clients.add(client);
    client.once('end', () => clients.delete(client));
    return client;
  };
  try {
    server = await open();
    const first = await connect(server.settings);
    for (const [name, value] of Object.entries(SETTINGS)) {
      const list = value.split(', ').map((part) => `'${part}'`);
      await first.query(`alter system set ${name} = ${list.join(', ')}`);
    }
    await first.end();
    await server.stop();
    server = await open();
    const running = server;
    const festival = await prepareFestival(running);
    const admin = await connect(festival.adminSettings);
    return {
      admin,
      adminSettings: festival.adminSettings,
      consoleSettings: festival.consoleSettings,
      fieldSettings: festival.fieldSettings,
      logFile: join(dataDir, 'postgres', 'server.log'),
      connect: () => connect(festival.adminSettings),
      forgetConsole: async () => {
        await admin.query(`
          drop schema console cascade;
          drop table public.alert_history, public.system_health_snapshots, public.monitoring_events cascade`);
        await prepareFestival(running);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
