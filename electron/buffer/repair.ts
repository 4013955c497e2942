import { appendFileSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { BufferFinding } from '../../shared/contract/status.ts';
import { backupsOf } from './backup.ts';
import { type Buffer, type BufferKind, checkBuffer, isDamaged, openBuffer } from './buffer.ts';

const SIDE_FILES = ['', '-wal', '-shm'];

/**
 * Opens a local database whatever has happened to its file (docs/offline.md, "Damage"). A damaged one is moved
 * aside, never deleted; a new one is made, and every row that can still be read goes into it, from the damaged file first
 * and, for what operators did, from the newest backup.
 * @returns what was found, null where nothing was wrong
 * @throws NewerBuffer, or what keeps the file from being opened at all (rights, a folder in its place).
 */
export const openOrRepair = (options: {
  file: string;
  kind: BufferKind;
  name: BufferFinding['file'];
  now: () => number;
}): { buffer: Buffer; finding: BufferFinding | null } => {
  const { file, kind } = options;
  const reason = whatIsWrong(file, kind);
  if (typeof reason !== 'string') return { buffer: reason, finding: null };
  const at = new Date(options.now()).toISOString();
  const movedTo = moveAside(file, at);
  const buffer = openBuffer(file, kind);
  const salvage = salvageFrom(movedTo, buffer, false);
  let fromBackup = 0;
  for (const backup of kind === 'outbox' ? backupsOf(file) : []) {
    const salvaged = salvageFrom(backup, buffer, true);
    fromBackup += salvaged.rows;
    if (salvaged.whole) break;
  }
  return {
    buffer,
    finding: {
      file: options.name,
      at,
      reason,
      movedTo,
      salvaged: salvage.rows,
      fromBackup,
      refused: salvage.refused,
      whole: salvage.whole,
    },
  };
};

/** The open file, or what is wrong with it. */
const whatIsWrong = (file: string, kind: BufferKind): Buffer | string => {
  // SQLite takes an empty file for a new database: its contents are lost all the same.
  const emptied = existsSync(file) && statSync(file).isFile() && statSync(file).size === 0;
  if (emptied) return 'the file is empty';
  let buffer: Buffer | undefined;
  try {
    buffer = openBuffer(file, kind);
    const wrong = checkBuffer(buffer);
    if (wrong === null) return buffer;
    buffer.close();
    return wrong;
  } catch (error) {
    buffer?.close();
    if (isDamaged(error)) return error instanceof Error ? error.message : String(error);
    // Migrations stumble over what is broken inside of a file that opens.
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR') return error.message;
    throw error;
  }
};

const moveAside = (file: string, at: string): string => {
  const folder = join(dirname(file), 'damaged');
  mkdirSync(folder, { recursive: true });
  const stamp = at.replace(/[:.]/g, '');
  let moved = join(folder, `${basename(file, '.sqlite')}-${stamp}.sqlite`);
  for (let times = 2; existsSync(moved); times += 1) moved = moved.replace(/(-\d+)?\.sqlite$/, `-${times}.sqlite`);
  for (const side of SIDE_FILES) if (existsSync(file + side)) renameSync(file + side, moved + side);
  return moved;
};

type Row = Readonly<Record<string, string | number | bigint | null | Uint8Array>>;
type Salvage = { rows: number; refused: number; whole: boolean };

const tableRow = z.object({ name: z.string(), sql: z.string() });
const columnRow = z.object({ name: z.string() });

/**
 * Copies every row that can be read and that the tables accept. What they refuse is written as text beside the file.
 * @param isMore rows that exist already are expected
 * @returns how many, and whether the file could be read to its end
 */
const salvageFrom = (file: string, into: Buffer, isMore: boolean): Salvage => {
  // A copy is read: opening a file with a WAL writes to it, and the damaged one stays as it was.
  const copy = `${file}.reading`;
  const found: Salvage = { rows: 0, refused: 0, whole: true };
  let from: Buffer | undefined;
  into.pragma('foreign_keys = OFF');
  try {
    for (const side of SIDE_FILES) if (existsSync(file + side)) copyFileSync(file + side, copy + side);
    from = new Database(copy, { timeout: 1_000 });
    for (const table of z.array(tableRow).parse(into.prepare(TABLES).all())) {
      const one = salvageTable(from, into, table, `${file}.refused.jsonl`, isMore);
      found.rows += one.rows;
      found.refused += one.refused;
      found.whole &&= one.whole;
    }
  } catch {
    // Not a database at all, or not readable as one.
    found.whole = false;
  } finally {
    from?.close();
    for (const side of SIDE_FILES) rmSync(copy + side, { force: true });
    into.pragma('foreign_keys = ON');
  }
  return found;
};

/** JSON has no integers of 64 bits: what a number cannot hold is written as text. */
const exactly = (_key: string, value: unknown): unknown =>
  typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

/** An index of words fills itself as the rows come in that it is made of. */
const TABLES = `
  select s.name, s.sql from sqlite_schema s join pragma_table_list t on t.name = s.name and t.schema = 'main'
  where t.type = 'table' and s.name not like 'sqlite_%' order by s.name`;

const salvageTable = (
  from: Buffer,
  into: Buffer,
  table: z.infer<typeof tableRow>,
  refusedFile: string,
  isMore: boolean,
): Salvage => {
  const found: Salvage = { rows: 0, refused: 0, whole: true };
  const columns = z
    .array(columnRow)
    .parse(into.pragma(`table_info("${table.name}")`))
    .map(({ name }) => name);
  const list = columns.map((name) => `"${name}"`).join(', ');
  const inserting = (or: '' | 'or ignore') =>
    into.prepare(
      `insert ${or} into "${table.name}" (${list}) values (${columns.map((name) => `@${name}`).join(', ')})`,
    );
  // At first two rows that clash are damage to be reported; later, rows that exist already are expected.
  const first = inserting('');
  const again = inserting('or ignore');
  const put = (row: Row, insert: typeof first): void => {
    try {
      found.rows += insert.run(row).changes;
    } catch {
      found.refused += 1;
      appendFileSync(refusedFile, `${JSON.stringify({ table: table.name, row }, exactly)}\n`);
    }
  };
  const byRowid = !/without\s+rowid/i.test(table.sql);
  const order = byRowid ? 'rowid' : '1';
  const read = (direction: 'asc' | 'desc'): boolean => {
    try {
      // Ids have 64 bits.
      const rows = from
        .prepare(`select ${list} from "${table.name}" not indexed order by ${order} ${direction}`)
        .safeIntegers();
      for (const row of rows.iterate()) put(row as Row, direction === 'asc' && !isMore ? first : again);
      return true;
    } catch {
      return false;
    }
  };
  // To the first page that cannot be read; what lies behind it is read from the end.
  into.transaction(() => {
    found.whole = read('asc');
    if (!found.whole && byRowid) read('desc');
  })();
  return found;
};
