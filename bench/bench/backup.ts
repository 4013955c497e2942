import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { columnList, OMITTED_COLUMNS, qualified, readTables } from '../../electron/backup/contents.ts';
import { openBackup } from '../../electron/backup/file-reader.ts';
import { makeBackup } from '../../electron/backup/make-backup.ts';
import { restoreBackup } from '../../electron/backup/restore.ts';
import { openCopySession } from '../../electron/postgres/copy.ts';
import { migrate } from '../../electron/postgres/migrations.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { BenchServer } from './server.ts';

/** A backup and its restore beside a bare COPY of the same tables over the same driver; rows a second, each time. */
export type BackupTimes = {
  readonly rows: number;
  readonly bytes: number;
  readonly fileBytes: number;
  /** Out of the database, the text of which goes nowhere. */
  readonly copy: readonly number[];
  readonly backup: readonly number[];
  readonly locked: readonly number[];
  /** Into empty tables with their indexes, nothing of it verified. */
  readonly copyIn: readonly number[];
  readonly restore: readonly number[];
  /** The longest that the main thread was busy at a stretch while one with a passphrase was made: milliseconds of processor time. */
  readonly heldMs: readonly number[];
};

const TIMES = 5;
/** A restore writes indexes, and takes five times as long as the backup. */
const RESTORES = 2;

export const measureBackup = async (
  server: BenchServer,
  { events, progress }: { events: number; progress: (words: string) => void },
): Promise<BackupTimes> => {
  const { admin, consoleSettings: settings } = server;
  progress(`${events} alerts with their timelines`);
  await insertAlerts(admin, events);
  const folder = mkdtempSync(join(tmpdir(), 'regie-bench-backup-'));
  const times = { copy: [], backup: [], locked: [], copyIn: [], restore: [], heldMs: [] } as Record<
    'copy' | 'backup' | 'locked' | 'copyIn' | 'restore' | 'heldMs',
    number[]
  >;
  let [rows, bytes, fileBytes] = [0, 0, 0];
  try {
    for (let time = 0; time <= TIMES; time += 1) {
      const path = join(folder, `${time}.backup`);
      const locked = join(folder, `${time}-locked.backup`);
      const copied = await copyOut(settings);
      bytes = copied.bytes;
      const made = await makeBackup({ settings, path });
      ({ rows, bytes: fileBytes } = made);
      const held = watchThread();
      const withPassphrase = await makeBackup({ settings, path: locked, passphrase: 'quatre murs' });
      times.heldMs.push(held.stop());
      const aSecond = (ms: number): number => rows / (ms / 1_000);
      if (time > 0 && time <= RESTORES) {
        const copyInMs = await inNewDatabase(server, (target) => copyIn(target, path));
        const restoreMs = await inNewDatabase(server, (target) => restore(target, path));
        times.copyIn.push(aSecond(copyInMs));
        times.restore.push(aSecond(restoreMs));
        progress(`bare COPY into tables ${Math.round(copyInMs)} ms, restore ${Math.round(restoreMs)} ms`);
      }
      rmSync(path);
      rmSync(locked);
      // The first time fills caches.
      if (time === 0) continue;
      times.copy.push(aSecond(copied.ms));
      times.backup.push(aSecond(made.durationMs));
      times.locked.push(aSecond(withPassphrase.durationMs));
      progress(
        `bare COPY ${Math.round(copied.ms)} ms, backup ${made.durationMs} ms, with a passphrase ${withPassphrase.durationMs} ms`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { rows, bytes, fileBytes, ...times };
};

const WATCH_MS = 2;

/** Processor time and not time that passes: how busy the machine is says nothing of what holds up a console. */
const watchThread = (): { stop(): number } => {
  let longest = 0;
  let before = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    longest = Math.max(longest, (user + system) / 1_000);
  }, WATCH_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return longest;
    },
  };
};

const copyOut = async (settings: ConnectionSettings): Promise<{ ms: number; bytes: number }> => {
  const session = await openCopySession({ settings, applicationName: 'regie/bench' });
  const begun = performance.now();
  let bytes = 0;
  const { tables } = await readTables(session);
  for (const { schema, name, columns } of tables) {
    // What the login may not read is not in a backup either.
    const readable = columns.filter((column) => OMITTED_COLUMNS[name]?.[column] === undefined);
    const stream = session.copyOut(`copy ${schema}.${name} (${readable.join(', ')}) to stdout`);
    for await (const piece of stream) bytes += piece.length;
  }
  const ms = performance.now() - begun;
  session.close();
  return { ms, bytes };
};

/** The rows of a file alone, into the tables of its migrations: as a restore begins, without what it verifies. */
const copyIn = async (settings: ConnectionSettings, path: string): Promise<number> => {
  const { header, frames } = await openBackup({ path });
  const texts: Buffer[][] = [[]];
  for await (const { kind, payload } of frames()) {
    if (kind === 'data') texts.at(-1)?.push(payload);
    else texts.push([]);
  }
  let ms = 0;
  await migrate({
    settings,
    filling: {
      check: async () => undefined,
      migrations: header.migrations.length,
      fill: async (session) => {
        for (const table of [...header.tables].reverse()) await session.run(`delete from ${qualified(table)}`);
        const begun = performance.now();
        for (const [index, table] of header.tables.entries()) {
          const into = session.copyIn(`copy ${qualified(table)} (${columnList(table)}) from stdin`);
          await pipeline(Readable.from(texts[index] ?? []), into);
        }
        ms = performance.now() - begun;
      },
      finish: async () => undefined,
    },
  });
  return ms;
};

const restore = async (settings: ConnectionSettings, path: string): Promise<number> => {
  const begun = performance.now();
  await restoreBackup({ settings, path });
  return performance.now() - begun;
};

const inNewDatabase = async <T>(
  { admin, adminSettings }: BenchServer,
  work: (settings: ConnectionSettings) => Promise<T>,
): Promise<T> => {
  await admin.query('create database regie_restored template template0');
  try {
    return await work({ ...adminSettings, database: 'regie_restored' });
  } finally {
    await admin.query('drop database regie_restored with (force)');
  }
};

const insertAlerts = async (admin: pg.Client, events: number): Promise<void> => {
  await admin.query(
    `insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_algorithm, confidence_score,
       event_data, context_data, status, resolved_at)
     select 'transaction_failure', 'HIGH', 'CARD-' || n, 4.50, 'balance_deduction_on_failure', 0.95,
       jsonb_build_object('log_id', n, 'previous_balance', '20.00', 'new_balance', '15.50', 'bar', 'Bar ' || n % 40),
       jsonb_build_object('point_of_sale', 'Bar ' || n % 40, 'note', md5(n::text)), 'RESOLVED', now()
     from generate_series(1, $1::int) as n`,
    [events],
  );
  await admin.query(`insert into console.alerts (event_id, incident_id, occurred_at)
    select event_id, event_id, detection_timestamp from monitoring_events on conflict do nothing`);
  await admin.query(`insert into console.timeline (event_id, kind, actor, data)
    select event_id, kind, 'regie-engine', jsonb_build_object('text', md5(event_id::text))
    from monitoring_events cross join unnest(array['raised', 'acknowledged', 'closed']) as kind`);
  await admin.query('analyze');
};
