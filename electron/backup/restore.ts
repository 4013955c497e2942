import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { CopySession } from '../postgres/copy.ts';
import { MONITORING_TABLES } from '../postgres/festival-shape.ts';
import { migrate } from '../postgres/migrations.ts';
import { type BuildSchema, readBuildSchema, whyUnfit } from '../postgres/schema-state.ts';
import { sql } from '../postgres/sql.ts';
import { columnList, copyOutText, qualified, readSequences, readTables } from './contents.ts';
import type { BackupContents, BackupHeader, BackupTable, Frame } from './file-format.ts';
import { createCounter, type OpenedBackup, openBackup } from './file-reader.ts';
import { takeIndexesOff } from './indexes-aside.ts';
import type { BackupProgress } from './make-backup.ts';
import { BackupRefused } from './refusal.ts';

/**
 * Puts a backup into a database that has nothing of Regie yet, in one transaction: tables as they were made when it was
 * taken, rows, numbers, statistics, then what this version adds to them, functions and rights. Every row is read again from
 * the database and compared with the file before anything is committed. The file is verified whole before the database is
 * touched.
 * @throws BackupRefused, MigrationRefused, or what the database said; nothing was written then
 */
export const restoreBackup = async (options: {
  settings: ConnectionSettings;
  path: string;
  passphrase?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: (progress: BackupProgress) => void;
}): Promise<OpenedBackup> => {
  const { settings, path, passphrase, signal, onProgress } = options;
  const backup = await openBackup({ path, passphrase, signal });
  const { header, contents } = backup;
  requireKnownSchema(header, readBuildSchema());
  await migrate({
    settings,
    filling: {
      check: requireEmpty,
      migrations: header.migrations.length,
      fill: async (session) => {
        await prepareTables(session, header);
        const putIndexesBack = await takeIndexesOff(session, largeTables(header, contents));
        await fillTables(session, backup, signal, onProgress);
        for (const sequence of await readSequences(session, header.tables)) {
          await setSequence(session, sequence, contents);
        }
        await compareTables(session, header, contents, signal);
        signal?.throwIfAborted();
        await putIndexesBack();
        signal?.throwIfAborted();
        // What COPY has written has no statistics, and the console's first statements would be planned without any.
        await session.run(`/* regie:restore */ analyze ${header.tables.map(qualified).join(', ')}`);
      },
      finish: (session) => noteRestore(session, backup),
    },
  });
  return backup;
};

/** Laptops are enrolled anew, for no backup has their keys; and the trail says from where it goes on. */
const noteRestore = async (session: CopySession, { header, checksum }: OpenedBackup): Promise<void> => {
  await session.run(`/* regie:restore */
    update console.enrolled_laptops set ended_at = clock_timestamp() where ended_at is null`);
  await session.rows(
    z.unknown(),
    sql`/* regie:restore */
      select console.append_audit('regie-console', '', 'backup_restored', 'backup', jsonb_build_object(
        'checksum', ${checksum}::text, 'taken_at', ${header.takenAt}::text, 'database', ${header.database}::text))`,
  );
};

/** Its tables are those that this version makes on its way to today's. */
export const requireKnownSchema = (header: BackupHeader, build: BuildSchema): void => {
  const functionFiles = header.functionFiles.map((file) => ({ ...file, sha256: '' }));
  if (whyUnfit(build, { migrations: header.migrations, functionFiles }) !== undefined) {
    throw new BackupRefused('newer_schema');
  }
  const differing = header.migrations.filter((name, index) => build.migrations[index] !== name);
  if (differing.length > 0) throw new BackupRefused('other_schema', { what: differing.join(', ') });
};

const presentRow = z.object({ name: z.string() });

const requireEmpty = async (session: CopySession): Promise<void> => {
  const present = await session.rows(
    presentRow,
    sql`/* regie:restore */
      select 'schema console' as name from pg_catalog.pg_namespace where nspname = 'console'
      union all
      select c.relname::text from pg_catalog.pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relname = any (${[...MONITORING_TABLES]}::text[])`,
  );
  if (present.length > 0) throw new BackupRefused('not_empty', { found: present.map(({ name }) => name).join(', ') });
};

/** Tables of runbooks' copies are made; what migrations have put into the others goes. */
const prepareTables = async (session: CopySession, { tables }: BackupHeader): Promise<void> => {
  for (const table of tables.filter(({ copy }) => copy)) {
    await session.run(`create table ${qualified(table)} as select * from public.monitoring_events with no data`);
    await session.run(`alter table ${qualified(table)} add primary key (event_id)`);
  }
  const { tables: there } = await readTables(session);
  const known = new Map(there.map((table) => [qualified(table), new Set(table.columns)]));
  for (const table of tables) {
    const columns = known.get(qualified(table));
    if (columns === undefined || table.columns.some((column) => !columns.has(column))) {
      throw new BackupRefused('other_schema', { what: qualified(table) });
    }
  }
  // What refers to others goes before them.
  for (const table of [...tables].reverse()) await session.run(`delete from ${qualified(table)}`);
};

/** Of fewer rows a table is filled sooner than its indexes are made again. */
const MANY_ROWS = 5_000;

const largeTables = ({ tables }: BackupHeader, contents: BackupContents): BackupTable[] =>
  tables.filter((_, index) => (contents.tables[index]?.rows ?? 0) >= MANY_ROWS);

const fillTables = async (
  session: CopySession,
  { header, contents, frames }: OpenedBackup,
  signal: AbortSignal | undefined,
  onProgress: ((progress: BackupProgress) => void) | undefined,
): Promise<void> => {
  const done = { rows: 0, bytes: 0 };
  let index = 0;
  let target: Writable | undefined;
  const into = (table: BackupTable): Writable => {
    const stream = session.copyIn(`/* regie:restore */ copy ${qualified(table)} (${columnList(table)}) from stdin`);
    // Thrown by the next write, or by its end.
    stream.on('error', () => undefined);
    return stream;
  };
  for await (const { kind, payload } of frames() as AsyncIterable<Frame>) {
    signal?.throwIfAborted();
    const table = header.tables[index];
    if (kind === 'contents' || table === undefined) break;
    target ??= into(table);
    if (kind === 'data') {
      await writeTo(target, payload);
      continue;
    }
    const ended = finished(target);
    target.end();
    await ended;
    target = undefined;
    done.rows += contents.tables[index]?.rows ?? 0;
    done.bytes += contents.tables[index]?.bytes ?? 0;
    index += 1;
    onProgress?.({ table: table.name, tablesDone: index, tables: header.tables.length, ...done });
  }
};

/** What the server refuses comes as an error of the stream, perhaps of a write before this one. */
const writeTo = async (target: Writable, payload: Buffer): Promise<void> => {
  if (target.errored !== null) throw target.errored;
  if (!target.write(payload) && target.errored === null) await once(target, 'drain');
};

const setSequence = async (
  session: CopySession,
  { schema, name, table, column }: BackupContents['sequences'][number],
  contents: BackupContents,
): Promise<void> => {
  const last = contents.sequences.find((one) => one.schema === schema && one.name === name)?.last ?? '0';
  const sequence = qualified({ schema, name });
  // One that was never drawn from stays so.
  await session.run(`/* regie:restore */
    select setval('${sequence}'::regclass, next, true)
    from (select greatest(${last}::bigint, (select max("${column}") from ${qualified({ schema, name: table })})) as next) as s
    where next > 0`);
};

const compareTables = async (
  session: CopySession,
  { tables }: BackupHeader,
  contents: BackupContents,
  signal: AbortSignal | undefined,
): Promise<void> => {
  for (const [index, table] of tables.entries()) {
    const counter = createCounter();
    for await (const piece of session.copyOut(copyOutText(table))) {
      signal?.throwIfAborted();
      counter.add(piece);
    }
    const { rows, sha256 } = counter.count();
    const stated = contents.tables[index];
    if (stated?.rows !== rows || stated.sha256 !== sha256) {
      throw new BackupRefused('not_the_same', { table: `${table.schema}.${table.name}` });
    }
  }
};
