import { z } from 'zod';
import { countColumn } from './rows.ts';
import { type DatabaseSchema, readDatabaseSchema } from './schema-state.ts';
import type { Session } from './session.ts';
import { sql } from './sql.ts';

/**
 * What the catalogue says, as far as the doctor needs it. Only the catalogue is asked and nothing is written, so this
 * works for any role on any database. Asked when somebody runs the doctor, never on a schedule.
 */
export type DoctorFacts = {
  readonly server: z.output<typeof serverRow>;
  readonly columns: readonly z.output<typeof columnRow>[];
  readonly tables: readonly z.output<typeof tableRow>[];
  readonly sequences: readonly z.output<typeof sequenceRow>[];
  readonly functions: readonly z.output<typeof functionRow>[];
  /** What sets sequences right that are behind their tables; empty where that cannot be asked. */
  readonly behind: readonly string[];
  /** What was made of it by migrations; null where nothing was; 'hidden' where the role may not look. */
  readonly schema: DatabaseSchema | null | 'hidden';
};

export const readFacts = async (session: Session): Promise<DoctorFacts> => {
  const server = await session.row(serverRow, SERVER);
  const tables = await session.rows(tableRow, TABLES);
  const functions = await session.rows(functionRow, FUNCTIONS);
  const asks = functions.some(({ name, callable }) => name === 'console.sequences_behind' && callable);
  return {
    server,
    tables,
    columns: await session.rows(columnRow, COLUMNS),
    sequences: await session.rows(sequenceRow, SEQUENCES),
    functions,
    behind: asks && server.console_usage ? await session.rows(behindRow, BEHIND) : [],
    schema: await readSchema(session, server, tables),
  };
};

const readSchema = async (
  session: Session,
  server: DoctorFacts['server'],
  tables: DoctorFacts['tables'],
): Promise<DoctorFacts['schema']> => {
  const found = (table: string) => tables.find(({ schema, name }) => schema === 'console' && name === table);
  if (found('migrations') === undefined) return null;
  const hidden = ['migrations', 'function_files'].some((table) => found(table)?.rights.includes('select') === false);
  if (!server.console_usage || hidden) return 'hidden';
  return readDatabaseSchema(session);
};

const serverRow = z.object({
  version: z.string(),
  version_num: z.int(),
  replica: z.boolean(),
  read_only: z.boolean(),
  role: z.string(),
  superuser: z.boolean(),
  create_role: z.boolean(),
  bypass_rls: z.boolean(),
  /** Rights of regie_console are in force. */
  is_console: z.boolean(),
  is_owner: z.boolean(),
  owner_role_exists: z.boolean(),
  console_exists: z.boolean(),
  console_usage: z.boolean(),
  console_create: z.boolean(),
  public_create: z.boolean(),
  /** What its sessions begin with by the role's own settings, which it may change itself: `search_path=…`. */
  role_settings: z.array(z.string()),
});
const SERVER = sql`/* regie:doctor */
  select current_setting('server_version') as version,
    current_setting('server_version_num')::int as version_num,
    pg_is_in_recovery() as replica,
    current_setting('transaction_read_only')::boolean as read_only,
    r.rolname::text as role,
    r.rolsuper as superuser,
    r.rolcreaterole as create_role,
    r.rolbypassrls as bypass_rls,
    coalesce((select pg_has_role(r.oid, g.oid, 'usage') from pg_roles g where g.rolname = 'regie_console'), false)
      as is_console,
    coalesce((select pg_has_role(r.oid, g.oid, 'member') from pg_roles g where g.rolname = 'regie_owner'), false)
      as is_owner,
    exists (select from pg_roles where rolname = 'regie_owner') as owner_role_exists,
    n.oid is not null as console_exists,
    coalesce(has_schema_privilege(r.oid, n.oid, 'usage'), false) as console_usage,
    coalesce(has_schema_privilege(r.oid, n.oid, 'create'), false) as console_create,
    coalesce((select has_schema_privilege(r.oid, p.oid, 'create') from pg_namespace p where p.nspname = 'public'), false)
      as public_create,
    (select coalesce(jsonb_agg(setting order by setting), '[]')
      from pg_db_role_setting s
      left join pg_database d on d.oid = s.setdatabase,
        unnest(s.setconfig) as setting
      where s.setrole = r.oid and (s.setdatabase = 0 or d.datname = current_database())) as role_settings
  from pg_roles r
  left join pg_namespace n on n.nspname = 'console'
  where r.rolname = current_user`;

const columnRow = z.object({ table: z.string(), column: z.string(), type: z.string() });
const COLUMNS = sql`/* regie:doctor */
  select c.relname::text as "table", a.attname::text as "column", format_type(a.atttypid, a.atttypmod) as type
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p', 'v', 'm', 'f')`;

const tableRow = z.object({
  schema: z.string(),
  name: z.string(),
  /** Table-wide rights of the connected role, lower case; "update" also when it covers a column only. */
  rights: z.array(z.string()),
  /** The same of regie_owner, which corrections run as. */
  owner_rights: z.array(z.string()),
  owned: z.boolean(),
  rls_active: z.boolean(),
  rls_active_for_owner: z.boolean(),
  has_policy: z.boolean(),
  /** One lets the roles of the consoles see and write every row, and none takes anything from that again. */
  open_policy: z.boolean(),
  rows: countColumn,
  bytes: countColumn,
  /** An index that finds the rows of one card. */
  card_index: z.boolean(),
  triggers: z.array(z.string()),
});
const TABLES = sql`/* regie:doctor */
  select n.nspname::text as schema, c.relname::text as name,
    (select coalesce(jsonb_agg(p.name), '[]') from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'trigger']) as p(name)
      where has_table_privilege(me.oid, c.oid, p.name)
        or (p.name in ('select', 'insert', 'update') and has_any_column_privilege(me.oid, c.oid, p.name))) as rights,
    (select coalesce(jsonb_agg(p.name), '[]') from unnest(array['select', 'insert', 'update']) as p(name)
      where o.oid is not null and (has_table_privilege(o.oid, c.oid, p.name)
        or (p.name = 'update' and has_any_column_privilege(o.oid, c.oid, p.name)))) as owner_rights,
    pg_has_role(me.oid, c.relowner, 'usage') as owned,
    row_security_active(c.oid) as rls_active,
    c.relrowsecurity and o.oid is not null and not o.rolbypassrls and not pg_has_role(o.oid, c.relowner, 'usage')
      as rls_active_for_owner,
    exists (select from pg_policy where polrelid = c.oid) as has_policy,
    exists (
      select from pg_policy p
      where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
        and pg_get_expr(p.polqual, p.polrelid) = 'true' and coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') = 'true'
        and (p.polroles = array[0::oid] or (
          select count(*) = 2 from pg_roles r
          where r.rolname in ('regie_console', 'regie_owner') and r.oid = any (p.polroles))))
      and not exists (select from pg_policy where polrelid = c.oid and not polpermissive) as open_policy,
    greatest(c.reltuples::bigint, pg_stat_get_live_tuples(c.oid), 0) as rows,
    pg_total_relation_size(c.oid) as bytes,
    exists (
      select from pg_index i
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'card_id' and a.attnum = i.indkey[0]
      where i.indrelid = c.oid and i.indisvalid and i.indpred is null) as card_index,
    (select coalesce(jsonb_agg(t.tgname), '[]') from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'console')
  join pg_roles me on me.rolname = current_user
  left join pg_roles o on o.rolname = 'regie_owner'
  where c.relkind in ('r', 'p', 'v', 'm', 'f')`;

const sequenceRow = z.object({
  schema: z.string(),
  name: z.string(),
  table: z.string(),
  usable: z.boolean(),
  usable_by_owner: z.boolean(),
});
const SEQUENCES = sql`/* regie:doctor */
  select n.nspname::text as schema, s.relname::text as name, c.relname::text as "table",
    has_sequence_privilege(s.oid, 'usage') as usable,
    coalesce(has_sequence_privilege(o.oid, s.oid, 'usage'), false) as usable_by_owner
  from pg_class s
  join pg_namespace n on n.oid = s.relnamespace and n.nspname in ('public', 'console')
  join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i') and d.classid = 'pg_class'::regclass
  join pg_class c on c.oid = d.refobjid
  left join pg_roles o on o.rolname = 'regie_owner'
  where s.relkind = 'S'`;

const behindRow = z.object({ statement: z.string() }).transform((row) => row.statement);
/** The one question that is not the catalogue's: the highest number of a few tables, by their primary keys. */
const BEHIND = sql`/* regie:doctor */ select statement from console.sequences_behind()`;

const functionRow = z.object({ name: z.string(), callable: z.boolean(), owner: z.string(), definer: z.boolean() });
const FUNCTIONS = sql`/* regie:doctor */
  select n.nspname || '.' || p.proname as name, has_function_privilege(p.oid, 'execute') as callable,
    pg_get_userbyid(p.proowner)::text as owner, p.prosecdef as definer
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace and n.nspname in ('public', 'console')
  where p.prokind = 'f'`;
