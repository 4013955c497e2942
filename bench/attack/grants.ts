import { z } from 'zod';
import { connectAs } from '../../electron/testing/connect.ts';
import { type Attack, refused, type Target } from './attack.ts';

/** What only functions write: who did what, who may, what moved, what holds. */
const FUNCTIONS_ONLY = [
  'audit',
  'audit_head',
  'command_rights',
  'corrections',
  'event_backups',
  'festival_settings',
  'function_files',
  'identity',
  'migrations',
  'operations',
  'operators',
  'proposal_items',
  'proposals',
];

/** The rights as the server has them, over every table, column, sequence and schema that there is. */
export const grantAttacks: readonly Attack[] = [
  {
    name: 'a console reads no secret: no binary column but the hashes of audit trail and incident log, and no signed text of others',
    run: (target) =>
      found(
        target,
        `
        select format('%s.%s', c.oid::regclass, a.attname) as what
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'console' and c.relkind in ('r', 'v', 'm', 'p') and a.attnum > 0 and not a.attisdropped
          and has_column_privilege($1, c.oid, a.attnum, 'select')
          and (a.atttypid = 'bytea'::regtype and c.relname not in ('audit', 'audit_head', 'log_entries', 'log_head',
              'checklist_entries', 'checklist_runs')
            or c.relname = 'operations' and a.attname = 'body'
            or a.attname ~ '(^|_)(secrets?|password|token)$')`,
      ),
  },
  {
    name: 'nor can it write who did what, who may, what moved, what holds, or a secret',
    run: (target) =>
      found(
        target,
        `
        select format('%s: %s', c.oid::regclass, right_name) as what
        from pg_class c join pg_namespace n on n.oid = c.relnamespace,
          unnest(array['insert', 'update', 'delete', 'truncate']) as right_name
        where n.nspname = 'console' and c.relkind in ('r', 'p')
          and (c.relname = any ($2) or exists (
            select from pg_attribute a where a.attrelid = c.oid and a.atttypid = 'bytea'::regtype and a.attnum > 0))
          and (has_table_privilege($1, c.oid, right_name)
            or right_name in ('insert', 'update') and has_any_column_privilege($1, c.oid, right_name))`,
        [FUNCTIONS_ONLY],
      ),
  },
  {
    name: 'of the festival’s own tables it can read only, and lock nothing that sells',
    run: async (target) => {
      const reached = await found(
        target,
        `
        select format('%s: %s', c.oid::regclass, right_name) as what
        from pg_class c,
          unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as right_name
        where c.oid = any (array['public.table_cards', 'public.app_transaction_log', 'public.nfc_scan_log',
            'public.bar_orders', 'public.bar_order_items', 'public.recharges', 'public.idempotency_keys']::regclass[])
          and (has_table_privilege($1, c.oid, right_name)
            or right_name in ('insert', 'update') and has_any_column_privilege($1, c.oid, right_name))`,
      );
      const client = await connectAs(target.login);
      try {
        for (const mode of ['row share', 'row exclusive', 'share', 'access exclusive']) {
          reached.push(
            ...(await refused(client, `a ${mode} lock on the cards`, `lock table public.table_cards in ${mode} mode`)),
          );
          reached.push(
            ...(await refused(
              client,
              `a ${mode} lock on the audit trail`,
              `lock table console.audit_head in ${mode} mode`,
            )),
          );
        }
      } finally {
        await client.end();
      }
      return reached;
    },
  },
  {
    name: 'it can empty no table, put no trigger or foreign key on one, hand no right on, and set no sequence',
    run: (target) =>
      found(
        target,
        `
        select format('%s: %s', c.oid::regclass, right_name) as what
        from pg_class c join pg_namespace n on n.oid = c.relnamespace,
          unnest(array['truncate', 'references', 'trigger', 'select with grant option', 'insert with grant option',
            'update with grant option', 'delete with grant option']) as right_name
        where n.nspname in ('console', 'public') and c.relkind in ('r', 'v', 'm', 'p')
          and has_table_privilege($1, c.oid, right_name)
        union all
        select format('%s: setval', c.oid::regclass)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('console', 'public') and case when c.relkind = 'S' then has_sequence_privilege($1, c.oid, 'update') end`,
      ),
  },
  {
    name: 'it can make nothing outside of its own temporary schema',
    run: (target) =>
      found(
        target,
        `
        select format('create in schema %s', nspname) as what from pg_namespace
        where nspname !~ '^pg_(toast_)?temp' and has_schema_privilege($1, oid, 'create')
        union all
        select 'create in the database' where has_database_privilege($1, current_database(), 'create')
`,
      ),
  },
  {
    name: 'it is a member of regie_console, which is one of the role that only reads, and none can do what a plain role cannot',
    run: (target) =>
      found(
        target,
        `
        select format('%s is a member of %s', member.rolname, granted.rolname) as what
        from pg_auth_members m join pg_roles member on member.oid = m.member join pg_roles granted on granted.oid = m.roleid
        where member.rolname in ($1, 'regie_console', 'regie_owner', 'regie_reader')
          and (member.rolname, granted.rolname) not in (($1, 'regie_console'), ('regie_console', 'regie_reader'))
        union all
        select rolname::text from pg_roles
        where rolname in ($1, 'regie_console', 'regie_owner', 'regie_reader')
          and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication
            or rolcanlogin and rolname <> $1)
        union all
        select format('regie_reader may %s %s', right_name, c.oid::regclass)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['insert', 'update', 'delete']) as right_name
        where n.nspname in ('console', 'public') and c.relkind in ('r', 'p')
          and has_table_privilege('regie_reader', c.oid, right_name)`,
      ),
  },
];

const whatRow = z.object({ what: z.string() });

const found = async ({ admin, login }: Target, text: string, more: readonly unknown[] = []): Promise<string[]> => {
  const { rows } = await admin.query(text, [login.user, ...more]);
  return z
    .array(whatRow)
    .parse(rows)
    .map(({ what }) => what);
};
