import { z } from 'zod';
import type { ConnectionSettings, DoctorFinding } from '../../shared/contract/connection.ts';
import type { SetupPlan } from '../../shared/contract/setup.ts';
import { codeOf, explainConnectionError, SQLSTATE, wordsOf } from '../lib/postgres-errors.ts';
import { type ExamineOptions, examineBy } from './doctor.ts';
import { type DoctorFacts, readFacts } from './doctor-facts.ts';
import { diagnoseUnprepared, finding } from './doctor-rules.ts';
import { MigrationRefused, migrate } from './migrations.ts';
import { namesOf, pendingOf, readBuildSchema } from './schema-state.ts';
import { scramVerifier } from './scram.ts';
import { openSession, type Session } from './session.ts';
import { sql } from './sql.ts';

/*
 * What an administrator's login is needed for, once: Regie's own tables and roles, policies where the festival's tables
 * have row security, a login for a laptop. Each can be done again; whoever is killed in between begins anew.
 */

/** What was found, and what preparing would do; null where something is in the way of it. */
export type Examined = { readonly findings: readonly DoctorFinding[]; readonly plan: SetupPlan | null };

/** Examines a database as its administrator, before anything is made in it. Writes nothing, and never throws. */
export const examineToPrepare = async (settings: ConnectionSettings, options: ExamineOptions): Promise<Examined> => {
  let plan: SetupPlan | null = null;
  const findings = await examineBy(settings, options, async (session) => {
    const facts = await readFacts(session);
    const administrator = await session.row(administratorRow, ADMINISTRATOR);
    plan = planOf(facts, administrator.secured);
    return [
      ...diagnoseUnprepared(facts, readBuildSchema()),
      ...diagnoseAdministrator(facts, administrator),
      ...(await diagnoseUse(session, facts)),
    ];
  });
  return { findings, plan: findings.some(({ level }) => level === 'error') ? null : plan };
};

const planOf = ({ schema }: DoctorFacts, secured: readonly string[]): SetupPlan => {
  const build = readBuildSchema();
  const found = schema === null || schema === 'hidden' ? { migrations: [], functionFiles: [] } : schema;
  return {
    schema: schema === null ? 'make' : namesOf(pendingOf(build, found)).length > 0 ? 'update' : 'none',
    policies: [...secured],
  };
};

const administratorRow = z.object({
  may_create: z.boolean(),
  may_make_roles: z.boolean(),
  /** Tables of the festival that belong to somebody whom this login is not. */
  foreign_tables: z.array(z.string()),
  /** Tables with row security that hides their rows from the consoles, and that this login may open. */
  secured: z.array(z.string()),
});
const ADMINISTRATOR = sql`/* regie:setup */
  with tables as (
    select c.oid, c.relname::text as name, c.relrowsecurity, pg_has_role(me.oid, c.relowner, 'usage') as owned,
      c.relname not in ('monitoring_events', 'system_health_snapshots', 'alert_history') as festivals,
      exists (
        select from pg_policy p
        where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
          and pg_get_expr(p.polqual, p.polrelid) = 'true'
          and coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') = 'true'
          and (p.polroles = array[0::oid] or (
            select count(*) = 3 from pg_roles r
            where r.rolname in ('regie_console', 'regie_owner', 'regie_reader') and r.oid = any (p.polroles)))) as open
    from pg_class c
    join pg_roles me on me.rolname = current_user
    where c.relnamespace = to_regnamespace('public') and c.relkind in ('r', 'p')
      and c.relname in ('table_cards', 'app_transaction_log', 'nfc_scan_log', 'bar_orders', 'bar_order_items', 'recharges',
        'idempotency_keys', 'monitoring_events', 'system_health_snapshots', 'alert_history')
  )
  select has_database_privilege(current_database(), 'create') as may_create,
    r.rolsuper or r.rolcreaterole as may_make_roles,
    (select coalesce(jsonb_agg(name order by name), '[]') from tables where not owned and festivals) as foreign_tables,
    (select coalesce(jsonb_agg(name order by name), '[]') from tables where relrowsecurity and not open and owned) as secured
  from pg_roles r where r.rolname = current_user`;

const diagnoseAdministrator = (
  { server }: DoctorFacts,
  administrator: z.output<typeof administratorRow>,
): DoctorFinding[] => {
  const { role } = server;
  const { may_create: mayCreate, may_make_roles: mayMakeRoles, foreign_tables: foreign } = administrator;
  return [
    ...(mayMakeRoles ? [] : [finding('administrator_makes_no_roles', 'error', { role })]),
    ...(mayCreate ? [] : [finding('administrator_makes_no_schema', 'error', { role })]),
    ...(foreign.length > 0 ? [finding('administrator_owns_not', 'warning', { role, tables: foreign.join(', ') })] : []),
  ];
};

const useRow = z.object({ operators: z.int(), laptops: z.array(z.string()) });

/** Somebody works with Regie on this database already: nothing is in the way, and whoever prepares it should know. */
const diagnoseUse = async (session: Session, { tables, schema }: DoctorFacts): Promise<DoctorFinding[]> => {
  const there = (name: string) => tables.some((table) => table.schema === 'console' && table.name === name);
  if (schema === null || schema === 'hidden' || !there('operators') || !there('enrolled_laptops')) return [];
  const { operators, laptops } = await session.row(
    useRow,
    sql`/* regie:setup */
      select (select count(*)::int from console.operators where active) as operators,
        (select coalesce(jsonb_agg(left(name, 40) order by name), '[]')
          from (select name from console.enrolled_laptops where ended_at is null order by name limit 20) l) as laptops`,
  );
  return operators === 0
    ? []
    : [finding('festival_in_use', 'info', { operators, laptops: laptops.length === 0 ? '–' : laptops.join(', ') })];
};

/** A login for one laptop, and whether it may take the place of one that is there: this laptop has made it before. */
export type NewLogin = {
  readonly name: string;
  readonly password: string;
  readonly again: boolean;
  /** Called before it is made: whoever is killed after that may make it again. */
  onMake(): void;
};

/**
 * Makes Regie's tables and roles in a festival's database, opens row security for its roles, and makes a login for a
 * laptop that has nothing but `regie_console`.
 * @param settings the administrator's
 * @returns what is in the way of going on; empty where everything was made
 */
export const prepare = async (
  settings: ConnectionSettings,
  { login, applicationName, waitMs }: { login: NewLogin; applicationName: string; waitMs?: number },
): Promise<DoctorFinding[]> => {
  try {
    const { notGranted } = await migrate({ settings, ...(waitMs === undefined ? {} : { waitMs }) });
    if (notGranted.length > 0) {
      return [finding('festival_access_not_granted', 'error', { tables: notGranted.join(', ') })];
    }
  } catch (error) {
    return [explainMigration(error, settings)];
  }
  let session: Session;
  try {
    session = await openSession({ settings, applicationName });
  } catch (error) {
    return [explainConnectionError(error, settings)];
  }
  try {
    // Whoever holds a lock on a table of the festival is waited for shortly: the tills come behind what waits here.
    await session.rows(z.unknown(), sql`/* regie:setup */ set lock_timeout = '3s'`);
    return [...(await openRowSecurity(session)), ...(await makeLogin(session, login))];
  } finally {
    session.destroy();
  }
};

const explainMigration = (error: unknown, settings: ConnectionSettings): DoctorFinding => {
  if (error instanceof MigrationRefused) return finding(error.code, 'error', error.params);
  const explained = explainConnectionError(error, settings);
  return explained.code === 'database_error'
    ? finding('migration_failed', 'error', { message: wordsOf(error) })
    : explained;
};

/** A policy gives no right by itself: what each role may do stands in its grants. */
const openRowSecurity = async (session: Session): Promise<DoctorFinding[]> => {
  const { secured } = await session.row(administratorRow, ADMINISTRATOR);
  if (secured.length === 0) return [];
  try {
    await session.rows(
      z.unknown(),
      sql`/* regie:setup */ select set_config('regie.secured', ${secured.join(',')}, false)`,
    );
    await session.rows(
      z.unknown(),
      sql`/* regie:setup */ do $$
        declare
          v_table text;
        begin
          foreach v_table in array string_to_array(current_setting('regie.secured'), ',') loop
            execute format('drop policy if exists regie on public.%I', v_table);
            execute format('create policy regie on public.%I to regie_console, regie_owner, regie_reader
              using (true) with check (true)', v_table);
          end loop;
        end $$`,
    );
    return [];
  } catch (error) {
    return [
      codeOf(error) === SQLSTATE.lockNotAvailable
        ? finding('policy_table_busy', 'error', { tables: secured.join(', ') })
        : finding('policy_not_made', 'error', { tables: secured.join(', '), message: wordsOf(error) }),
    ];
  }
};

const loginRow = z.object({ found: z.boolean() });

const makeLogin = async (session: Session, { name, password, again, onMake }: NewLogin): Promise<DoctorFinding[]> => {
  try {
    const { found } = await session.row(
      loginRow,
      sql`/* regie:setup */ select exists (select from pg_roles where rolname = ${name}) as found`,
    );
    if (found && !again) return [finding('login_taken', 'error', { role: name })];
    onMake();
    // Nothing can be bound in DDL: it travels in settings of this session and is quoted by the server.
    await session.rows(
      z.unknown(),
      sql`/* regie:setup */
        select set_config('regie.login', ${name}, false), set_config('regie.verifier', ${scramVerifier(password)}, false)`,
    );
    await session.rows(
      z.unknown(),
      sql`/* regie:setup */ do $$
        declare
          v_login text := current_setting('regie.login');
        begin
          if not exists (select from pg_roles where rolname = v_login) then
            execute format('create role %I login', v_login);
          end if;
          execute format('alter role %I login password %L', v_login, current_setting('regie.verifier'));
          execute format('grant regie_console to %I', v_login);
        end $$`,
    );
    return [];
  } catch (error) {
    return [finding('login_not_made', 'error', { role: name, message: wordsOf(error) })];
  }
};
