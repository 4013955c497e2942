import type pg from 'pg';
import { z } from 'zod';
import {
  AMOUNTS,
  CENTS,
  FLOATS,
  IDS,
  INTEGERS,
  JSONS,
  type OddValue,
  STATUSES,
  TEXT_AMOUNTS,
  TIMES,
  UUIDS,
  WORDS,
} from '../../electron/testing/odd-values.ts';
import type { Random } from '../../electron/training/random.ts';

/** The tables into which the world writes, ours aside. */
export const TABLES = [
  'app_transaction_log',
  'nfc_scan_log',
  'table_cards',
  'monitoring_events',
  'system_health_snapshots',
  'alert_history',
  'bar_orders',
  'bar_order_items',
  'recharges',
  'idempotency_keys',
] as const;
type TableName = (typeof TABLES)[number];

const columnRow = z.object({
  table_name: z.string(),
  column_name: z.string(),
  data_type: z.string(),
  numeric_precision: z.coerce.number().nullable(),
  generated: z.boolean(),
});
export type Column = z.output<typeof columnRow>;

/** The columns as they are now: they change while the fuzzer runs. */
export const readColumns = async (client: pg.ClientBase): Promise<Map<TableName, Column[]>> => {
  const { rows } = await client.query(
    `select table_name, column_name, data_type, numeric_precision, coalesce(column_default like 'nextval%', false) as generated
     from information_schema.columns where table_schema = 'public' and table_name = any ($1) order by ordinal_position`,
    [TABLES],
  );
  const columns = z.array(columnRow).parse(rows);
  return new Map(TABLES.map((table) => [table, columns.filter((one) => one.table_name === table)]));
};

/** Columns in which a value that is none must be named, and how the row is called there. */
const NAMED: Partial<Record<TableName, { source: string; id: string; amounts: string[]; ids: string[] }>> = {
  app_transaction_log: {
    ...{ source: 'transactions', id: 'log_id', ids: ['card_id'] },
    amounts: ['amount_involved', 'previous_balance', 'new_balance'],
  },
  nfc_scan_log: { source: 'scans', id: 'scan_log_id', amounts: [], ids: ['card_id_scanned', 'device_identifier'] },
  table_cards: { source: 'cards', id: 'id', amounts: ['amount'], ids: [] },
};

const plain = (texts: readonly (string | null)[]): OddValue[] => texts.map((text) => ({ text }));

const valuesFor = (column: Column): readonly OddValue[] => {
  const name = column.column_name;
  switch (column.data_type) {
    case 'numeric':
      return column.numeric_precision === null ? AMOUNTS : CENTS;
    case 'double precision':
    case 'real':
      return FLOATS;
    case 'integer':
    case 'smallint':
    case 'bigint':
      return plain(INTEGERS);
    case 'boolean':
      return plain(['true', 'false', null]);
    case 'uuid':
      return plain(UUIDS);
    case 'json':
    case 'jsonb':
      return plain(JSONS);
    case 'date':
    case 'timestamp with time zone':
    case 'timestamp without time zone':
      return TIMES;
    default:
      if (/amount|balance|price/.test(name)) return TEXT_AMOUNTS;
      if (/status|severity|level/.test(name)) return plain(STATUSES);
      return /(^|_)id($|_)|device|card/.test(name) ? IDS : plain(WORDS);
  }
};

const pickFrom = (values: readonly OddValue[], random: Random): OddValue =>
  values[random.between(0, values.length - 1)] ?? { text: null };

export type WrittenRow = {
  readonly table: TableName;
  /** Which values of it must be named: `transactions 12 amount_involved`. */
  readonly mustBeNamed: readonly string[];
};

const idRow = z.record(z.string(), z.unknown());

/**
 * Writes one row with odd values in some columns, as far as Postgres takes it.
 * @returns undefined where Postgres refuses the row
 */
export const writeOddRow = async (
  client: pg.ClientBase,
  columns: ReadonlyMap<TableName, readonly Column[]>,
  random: Random,
): Promise<WrittenRow | undefined> => {
  // Half of all rows go where money is.
  const table = random.chance(0.5)
    ? random.pick<TableName>(['app_transaction_log', 'nfc_scan_log', 'table_cards'])
    : random.pick<TableName>(TABLES);
  const named = NAMED[table];
  const chosen = (columns.get(table) ?? [])
    .filter((column) => !column.generated && random.chance(0.8))
    .map((column) => ({ column, value: pickFrom(valuesFor(column), random) }));
  if (chosen.length === 0) return undefined;
  const names = chosen.map(({ column }) => `"${column.column_name}"`).join(', ');
  const marks = chosen.map((_, index) => `$${index + 1}`).join(', ');
  const written = await client
    .query(
      `insert into ${table} (${names}) values (${marks}) returning *`,
      chosen.map(({ value }) => value.text),
    )
    // A constraint, a value that the type does not have: the festival's database has refused it, not us.
    .catch(() => undefined);
  if (written === undefined) return undefined;
  const row = idRow.parse(written.rows[0]);
  // A row whose own id cannot be read is named by that alone, shortened.
  const nameless = chosen.some(({ column, value }) => value.odd === true && column.column_name === named?.id);
  const mustBeNamed = (nameless ? [] : chosen)
    .filter(({ column, value }) => {
      const { column_name: name } = column;
      return value.odd === true && (named?.amounts.includes(name) || named?.ids.includes(name));
    })
    .map(({ column }) => `${named?.source} ${String(row[named?.id ?? '']).slice(0, 200)} ${column.column_name}`);
  return { table, mustBeNamed };
};

/** What an administrator of the festival changes while it runs, and changes back. */
export const ALTERATIONS: readonly { readonly sql: string; readonly back: string }[] = [
  {
    sql: 'alter table app_transaction_log alter amount_involved type numeric, alter previous_balance type numeric, alter new_balance type numeric',
    back: 'select 1',
  },
  { sql: 'alter table table_cards alter amount type numeric', back: 'select 1' },
  {
    sql: 'alter table app_transaction_log alter transaction_type drop not null, alter status drop not null',
    back: 'select 1',
  },
  {
    sql: 'alter table app_transaction_log alter amount_involved type text',
    back: `alter table app_transaction_log alter amount_involved type numeric using console.amount_of(amount_involved)`,
  },
  {
    sql: 'alter table app_transaction_log alter new_balance type double precision',
    back: 'alter table app_transaction_log alter new_balance type numeric',
  },
  {
    sql: 'alter table app_transaction_log alter details type json',
    back: 'alter table app_transaction_log alter details type jsonb',
  },
  {
    sql: `alter table nfc_scan_log alter scan_timestamp type timestamp using scan_timestamp at time zone 'UTC'`,
    back: `alter table nfc_scan_log alter scan_timestamp type timestamptz using scan_timestamp at time zone 'UTC'`,
  },
  {
    sql: 'alter table app_transaction_log rename edge_function_name to function_name',
    back: 'alter table app_transaction_log rename function_name to edge_function_name',
  },
];
