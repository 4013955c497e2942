import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type CopySession, openCopySession } from '../postgres/copy.ts';
import { readDatabaseSchema } from '../postgres/schema-state.ts';
import { sql } from '../postgres/sql.ts';
import { copyOutText, readSequences, readTables } from './contents.ts';
import { type BackupHeader, type BackupTable, FRAME_BYTES, type Frame, type TableCount } from './file-format.ts';
import { createCounter } from './file-reader.ts';
import { writeBackupFile } from './file-writer.ts';
import { BackupRefused } from './refusal.ts';

/** How far it has come: shown while it runs. */
export type BackupProgress = {
  readonly table: string;
  readonly tablesDone: number;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
};

export type MadeBackup = {
  readonly path: string;
  readonly bytes: number;
  readonly checksum: string;
  readonly festivalId: string;
  readonly takenAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly encrypted: boolean;
  readonly durationMs: number;
};

const NOTHING = Buffer.alloc(0);
/** Of a large table it is told so often how far it has come. */
const TELL_BYTES = 8_000_000;

/**
 * Writes the monitoring tables and schema `console` into one file, as they were at one moment: a read-only snapshot that
 * blocks nobody. Memory stays bounded, however large they are. Aborted, it leaves no file.
 * @throws BackupRefused, or what the database or the disk said
 */
export const makeBackup = async (options: {
  settings: ConnectionSettings;
  path: string;
  passphrase?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: (progress: BackupProgress) => void;
  /** Reads it again before it gets its name. */
  verify?: (partial: string) => Promise<unknown>;
}): Promise<MadeBackup> => {
  const { settings, path, passphrase, signal, onProgress, verify } = options;
  const started = performance.now();
  let writtenAt: number | undefined;
  const session = await openCopySession({ settings, applicationName: 'regie/backup', signal });
  try {
    await session.run('begin isolation level repeatable read read only');
    const header = await readHeader(session);
    const counts: TableCount[] = [];
    const { bytes, checksum } = await writeBackupFile({
      path,
      header,
      frames: readAll(session, header.tables, counts, onProgress),
      passphrase,
      signal,
      verify: async (partial) => {
        writtenAt = performance.now();
        // The database keeps nothing for a snapshot that was read.
        session.close();
        await verify?.(partial);
      },
    });
    return {
      path,
      bytes,
      checksum,
      festivalId: header.festivalId,
      takenAt: header.takenAt,
      tables: header.tables.length,
      rows: counts.reduce((sum, { rows }) => sum + rows, 0),
      encrypted: passphrase !== undefined,
      durationMs: Math.round((writtenAt ?? performance.now()) - started),
    };
  } catch (error) {
    // What a connection says that was ended on purpose is not the reason.
    signal?.throwIfAborted();
    throw error;
  } finally {
    session.close();
  }
};

const identityRow = z.object({
  festival_id: z.uuid(),
  taken_at: z.iso.datetime(),
  database: z.string(),
  server_version: z.string(),
});

const readHeader = async (session: CopySession): Promise<BackupHeader> => {
  const schema = await readDatabaseSchema(session);
  if (schema.migrations.length === 0) throw new BackupRefused('not_migrated');
  const { tables, unreadable } = await readTables(session);
  if (unreadable.length > 0) throw new BackupRefused('not_readable', { columns: unreadable.join(', ') });
  const identity = await session.row(
    identityRow,
    sql`/* regie:backup */
      select festival_id::text, to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as taken_at,
        current_database()::text as database, current_setting('server_version') as server_version
      from console.identity`,
  );
  return {
    festivalId: identity.festival_id,
    takenAt: identity.taken_at,
    database: identity.database,
    serverVersion: identity.server_version,
    migrations: [...schema.migrations],
    functionFiles: schema.functionFiles.map(({ name, version }) => ({ name, version })),
    tables,
  };
};

async function* readAll(
  session: CopySession,
  tables: readonly BackupTable[],
  counts: TableCount[],
  onProgress: ((progress: BackupProgress) => void) | undefined,
): AsyncGenerator<Frame> {
  // Before the tables: a number that is drawn meanwhile is in none of them.
  const sequences = await readSequences(session, tables);
  const done = { rows: 0, bytes: 0 };
  let toldAt = 0;
  for (const [index, table] of tables.entries()) {
    const counter = createCounter();
    for await (const piece of session.copyOut(copyOutText(table))) {
      for (let at = 0; at < piece.length; at += FRAME_BYTES) {
        const payload = piece.subarray(at, at + FRAME_BYTES);
        counter.add(payload);
        yield { kind: 'data', payload };
      }
      const { rows, bytes } = counter.sofar();
      if (bytes - toldAt > TELL_BYTES) {
        toldAt = bytes;
        onProgress?.({
          table: table.name,
          tablesDone: index,
          tables: tables.length,
          rows: done.rows + rows,
          bytes: done.bytes + bytes,
        });
      }
    }
    toldAt = 0;
    const count = counter.count();
    counts.push(count);
    done.rows += count.rows;
    done.bytes += count.bytes;
    yield { kind: 'end', payload: NOTHING };
    onProgress?.({ table: table.name, tablesDone: index + 1, tables: tables.length, ...done });
  }
  yield { kind: 'contents', payload: Buffer.from(JSON.stringify({ tables: counts, sequences })) };
}
