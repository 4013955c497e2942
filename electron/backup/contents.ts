import { z } from 'zod';
import type { CopySession } from '../postgres/copy.ts';
import { MONITORING_TABLES } from '../postgres/festival-shape.ts';
import { sql } from '../postgres/sql.ts';
import type { BackupContents, BackupTable } from './file-format.ts';

/** What no backup has, and why. Everything else of schema `console` and the monitoring tables is in it. */
export const OMITTED_TABLES: Readonly<Record<string, string>> = {
  // What a PIN could be tried against, what commands are signed with, and passwords (docs/backup.md, "What is in it, and what is not").
  channel_secrets: 'secret',
  enrolment_codes: 'secret',
  laptop_keys: 'secret',
  pin_keys: 'secret',
  secret_requests: 'secret',
  sign_in_tries: 'secret',
  signing_keys: 'secret',
  test_codes: 'secret',
  // Pieces that are on their way are sent again.
  log_pieces: 'transient',
  // Numbers of transactions, which mean nothing on another server.
  changes: 'transient',
  // Made by `npm run migrate`.
  command_records: 'migrated',
  command_rights: 'migrated',
  function_files: 'migrated',
  migrations: 'migrated',
};

/** Columns that are left out, or have another text in their place. */
export const OMITTED_COLUMNS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  operations: {
    // What a command says may be a password; its hash could be guessed at.
    body: null,
    content_hash: `''::text`,
    // As of another server, and of keys that are not here.
    xact: null,
    key_id: null,
  },
};

const tableRow = z.object({
  schema: z.enum(['public', 'console']),
  name: z.string(),
  columns: z.array(z.object({ column: z.string(), text: z.boolean(), readable: z.boolean() })),
  key: z.array(z.string()),
  refers_to: z.array(z.string()),
});

/** A copy of the monitoring events that a runbook made (migrations/functions/event-backups.sql). */
const COPY_TABLE = /^events_backup_\d/;

/** The tables of a backup in an order in which each comes after those that it refers to, and what the login may not read. */
export const readTables = async (session: CopySession): Promise<{ tables: BackupTable[]; unreadable: string[] }> => {
  const rows = (
    await session.rows(
      tableRow,
      sql`/* regie:backup */
        select n.nspname::text as schema, c.relname::text as name,
          (select jsonb_agg(jsonb_build_object('column', a.attname, 'text', a.attcollation <> 0,
              'readable', has_column_privilege(c.oid, a.attnum, 'select')) order by a.attnum)
            from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
          coalesce((select jsonb_agg(a.attname order by k.place)
            from pg_index i cross join unnest(i.indkey) with ordinality as k (attnum, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
            where i.indrelid = c.oid and i.indisprimary), '[]') as key,
          coalesce((select jsonb_agg(distinct t.relname) from pg_constraint f join pg_class t on t.oid = f.confrelid
            where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid), '[]') as refers_to
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r'
          and (n.nspname = 'console' or n.nspname = 'public' and c.relname = any (${[...MONITORING_TABLES]}::text[]))
        order by 1, 2`,
    )
  ).filter(({ schema, name }) => schema === 'public' || OMITTED_TABLES[name] === undefined);
  const unreadable: string[] = [];
  const tables = inOrder(rows).map(({ schema, name, columns, key }): BackupTable => {
    const special = schema === 'console' ? (OMITTED_COLUMNS[name] ?? {}) : {};
    const written = columns.filter(({ column }) => special[column] !== null);
    const missing = written.filter(({ column, readable }) => !readable && special[column] === undefined);
    unreadable.push(...missing.map(({ column }) => `${schema}.${name}.${column}`));
    // Where a table of an earlier system has no key, the whole row orders it.
    const order = key.length > 0 ? key : written.map(({ column }) => column);
    return {
      schema,
      name,
      columns: written.map(({ column }) => column),
      order: order.map((column) => ({ column, text: columns.find((one) => one.column === column)?.text ?? false })),
      copy: schema === 'console' && COPY_TABLE.test(name),
    };
  });
  return { tables, unreadable };
};

/** Those that are referred to first. */
const inOrder = <T extends { name: string; refers_to: string[] }>(rows: readonly T[]): T[] => {
  const done = new Map<string, T>();
  const visit = (row: T, above: readonly string[]): void => {
    if (done.has(row.name) || above.includes(row.name)) return;
    for (const other of rows) if (row.refers_to.includes(other.name)) visit(other, [...above, row.name]);
    done.set(row.name, row);
  };
  for (const row of rows) visit(row, []);
  return [...done.values()];
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const qualified = ({ schema, name }: Pick<BackupTable, 'schema' | 'name'>): string =>
  `${quoted(schema)}.${quoted(name)}`;

export const columnList = ({ columns }: Pick<BackupTable, 'columns'>): string => columns.map(quoted).join(', ');

/** Writes a table out. The same rows give the same text on every server. */
export const copyOutText = (table: BackupTable): string => {
  const special = table.schema === 'console' ? (OMITTED_COLUMNS[table.name] ?? {}) : {};
  const columns = table.columns.map((column) => special[column] ?? quoted(column)).join(', ');
  const order = table.order.map(({ column, text }) => `${quoted(column)}${text ? ' collate "C"' : ''}`).join(', ');
  return `/* regie:backup */ copy (select ${columns} from ${qualified(table)} order by ${order}) to stdout`;
};

const sequenceRow = z.object({
  schema: z.enum(['public', 'console']),
  name: z.string(),
  table: z.string(),
  column: z.string(),
  last: z.string(),
});

/** Where the numbers of the tables stand. What the login may not see begins after the highest row. */
export const readSequences = async (
  session: CopySession,
  tables: readonly BackupTable[],
): Promise<BackupContents['sequences']> =>
  (
    await session.rows(
      sequenceRow,
      sql`/* regie:backup */
        select n.nspname::text as schema, s.relname::text as name, t.relname::text as table, a.attname::text as column,
          coalesce(case when has_sequence_privilege(s.oid, 'usage, select')
            then pg_sequence_last_value(s.oid) end, 0)::text as last
        from pg_class s
        join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
        join pg_class t on t.oid = d.refobjid
        join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
        join pg_namespace n on n.oid = s.relnamespace
        where s.relkind = 'S' and n.nspname in ('console', 'public')
        order by 1, 2`,
    )
  ).filter(({ schema, table }) => tables.some((one) => one.schema === schema && one.name === table));
