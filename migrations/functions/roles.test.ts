import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';

let database: TestDatabase;
let login: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  const build = correctionWorld(database);
  const card = await build.card('10.00', '10.00');
  await build.event(card);
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});

/** Runs and undoes. */
const attempt = async (text: string) => {
  await login.query('begin');
  try {
    return await login.query(text);
  } finally {
    await login.query('rollback');
  }
};

describe('the login of a console cannot', () => {
  it.each([
    ['change a card', `update table_cards set amount = 100`],
    ['change a column of a card', `update table_cards set updated_at = now()`],
    ['make a card', `insert into table_cards (id, amount) values ('mine', 100)`],
    ['lock a card', `select from table_cards for update`],
    [
      'log a transaction',
      `insert into app_transaction_log (card_id, transaction_type, status) values ('a', 'bar_order', 'completed')`,
    ],
    ['change the log', `update app_transaction_log set status = 'failed'`],
    ['empty the log', `truncate app_transaction_log`],
    ['add a scan', `insert into nfc_scan_log (card_id_scanned) values ('a')`],
    [
      'put a trigger on a table of the festival',
      `create trigger t after update on table_cards for each row execute function console.note_change()`,
    ],
    ['alter a table of the festival', `alter table table_cards add column mine int`],
    ['index a table of the festival', `create index on app_transaction_log (card_id)`],
    [
      'add to the audit trail directly',
      `insert into console.audit (seq, at, actor, laptop, action, subject, data, previous_hash, hash) values (1, now(), 'a', 'b', 'c', 'd', '{}', '', '')`,
    ],
    ['change the audit trail', `update console.audit set actor = 'somebody else'`],
    ['delete from the audit trail', `delete from console.audit`],
    ['empty the audit trail', `truncate console.audit`],
    ['move the head of the audit trail', `update console.audit_head set seq = 0`],
    ['write the audit trail in somebody’s name', `select console.append_audit('Léa', 'b', 'c', 'd', '{}')`],
    [
      'take an operation past its function',
      `insert into console.operations (operation_id, command, content_hash, outcome, operator, laptop, laptop_at)
       values (gen_random_uuid(), 'alert.note', '', '{}', 'Léa', 'b', now())`,
    ],
    ['rewrite what became of an operation', `update console.operations set outcome = '{}'`],
    ['read what PINs are checked against', `select pin_key from console.pin_keys`],
    ['read a laptop’s key', `select key from console.laptop_keys`],
    ['read a code for a laptop', `select code_id from console.enrolment_codes`],
    ['read what commands are signed with', `select secret from console.signing_keys`],
    ['read a sign-in that was begun', `select nonce from console.sign_in_tries`],
    ['read the secrets of the channels', `select secrets from console.channel_secrets`],
    ['read who asked for them', `select nonce from console.secret_requests`],
    [
      'enrol a laptop past the functions',
      `insert into console.enrolled_laptops (laptop_id, name) values (gen_random_uuid(), 'mine')`,
    ],
    ['forget that a laptop was ended', `update console.enrolled_laptops set ended_at = null`],
    ['make a key', `insert into console.signing_keys select from console.signing_keys`],
    [
      'invite a laptop without a command',
      `select console.invite_laptop(gen_random_uuid(), decode(repeat('00', 32), 'hex'))`,
    ],
    ['accept a lost audit trail without a command', `select console.accept_audit(gen_random_uuid())`],
    ['end a laptop without a command', `select console.end_laptop(gen_random_uuid())`],
    [
      'set a PIN past the functions',
      `select console.set_pin(gen_random_uuid(), '{}', decode(repeat('00', 32), 'hex'))`,
    ],
    ['lock somebody', `select console.lock_operator(o, gen_random_uuid()) from console.operators o`],
    [
      'end a laptop as the administrator does',
      `select console.end_enrolment(laptop_id, null) from console.enrolled_laptops`,
    ],
    ['read what a command says', `select body from console.operations`],
    ['read the hash of what a command says', `select content_hash from console.operations`],
    ['make an operator', `insert into console.operators select from console.operators`],
    ['make itself a supervisor', `update console.operators set role = 'supervisor'`],
    ['give a role more rights', `insert into console.command_rights values ('correction.apply', 'viewer')`],
    ['change thresholds without a command', `insert into console.detector_settings values ('a', '{}', 'b')`],
    [
      'write who has set thresholds',
      `insert into console.detector_setting_changes (algorithm, author, laptop, after) values ('a', 'Léa', 'b', '{}')`,
    ],
    [
      'change who is told without a command',
      `insert into console.escalation_settings (version, settings, changed_by) values (1, '{}', 'b')`,
    ],
    [
      'offer somebody’s shift without a command',
      `insert into console.handovers (handover_id, from_operator, from_laptop, note, incidents, expires_at)
       values (gen_random_uuid(), 'Léa', 'b', '', '{}', now())`,
    ],
    ['unlock somebody', `update console.operators set locked_until = null, failures = 0`],
    ['forget an operation', `delete from console.operations`],
    [
      'save an operator without a command',
      `select console.save_operator(gen_random_uuid(), decode(repeat('00', 32), 'hex'))`,
    ],
    ['change somebody’s PIN without a command', `select console.change_pin(gen_random_uuid(), null)`],
    ['approve a proposal past its function', `update console.proposals set state = 'approved'`],
    ['propose past the function', `insert into console.proposals select from console.proposals`],
    ['approve an item', `update console.proposal_items set state = 'approved'`],
    [
      'move money past the commands',
      `select console.correct_card(gen_random_uuid(), 'a', 'goodwill', 1, 1, 0, 0, null, null, 'r', 'Léa', 'Noé', 'b', now(), null)`,
    ],
    ['forge a correction', `insert into console.corrections select from console.corrections`],
    ['change a correction', `update console.corrections set operator = 'somebody else'`],
    ['delete a correction', `delete from console.corrections`],
    ['raise the limit for a second person', `update console.festival_settings set approval_limit = 9999`],
    ['change the festival’s settings without a command', `select console.set_festival_settings(gen_random_uuid())`],
    ['rewrite which migrations ran', `delete from console.migrations`],
    ['rewrite which functions there are', `update console.function_files set version = 1000`],
    ['make a table in public', `create table public.mine (id int)`],
    ['make a function in console', `create function console.mine() returns int language sql as 'select 1'`],
    [
      'replace the function of corrections',
      `create or replace function console.ledger_amount(transaction_type text, status text, amount numeric, details jsonb) returns numeric language sql as 'select 0::numeric'`,
    ],
    ['become the owner of corrections', `set role regie_owner`],
    ['make a role', `create role mine`],
    ['grant itself more', `alter role regie_console superuser`],
    ['read a file of the server', `select pg_read_file('/etc/hostname')`],
    ['run a program on the server', `copy (select 1) to program 'true'`],
  ])('%s', async (_, text) => {
    // The server says 42501 for all of these; where a warning would do nothing silently it is not in this list.
    await expect(attempt(text)).rejects.toMatchObject({ code: '42501' });
  });

  it('hand its rights on', async () => {
    await attempt('grant select on table_cards to public').catch(() => undefined);
    const { rows } = await database.admin.query(
      `select has_table_privilege('public', 'table_cards', 'select') as public`,
    );
    expect(rows).toEqual([{ public: false }]);
  });
});

describe('the login of a console can', () => {
  it.each([
    [
      'read the festival',
      `select * from table_cards, app_transaction_log, nfc_scan_log, bar_orders, bar_order_items, recharges, idempotency_keys`,
    ],
    [
      'raise an event',
      `insert into monitoring_events (event_type, severity, detection_algorithm, event_data) values ('system_health', 'INFO', 'health_snapshot', '{}')`,
    ],
    ['close an event', `update monitoring_events set status = 'RESOLVED', resolved_at = now()`],
    ['write a snapshot', `insert into system_health_snapshots (overall_health_status) values ('HEALTHY')`],
    [
      'write and acknowledge an alert',
      `insert into alert_history (alert_level, alert_message) values ('INFO', 'a'); update alert_history set acknowledged_at = now()`,
    ],
    [
      'advance the watermark',
      `insert into console.watermarks values ('transactions', 1); update console.watermarks set last_id = 2`,
    ],
    [
      'keep its own tables',
      `insert into console.cycles (kind, laptop, started_at, duration_ms) values ('tail', 'a', now(), 1)`,
    ],
    [
      'write the timeline as the engine',
      `insert into console.timeline (event_id, kind, actor) select event_id, 'linked', 'regie-engine' from monitoring_events`,
    ],
    ['add to the audit trail by its function', `select console.append_engine_audit('b', 'c', 'd', '{}')`],
    ['read the audit trail', `select console.audit_hash(previous_hash, a) from console.audit a`],
    ['ask what a card should have', `select console.expected_balance(id) from table_cards`],
    ['refresh as the guide does', `select refresh_monitoring_views()`],
    [
      'read the views of the guide',
      `select from monitoring_dashboard_summary, system_health_trend, monitoring_system_health`,
    ],
    ['listen and notify', `listen regie_changes; select pg_notify('regie_changes', '')`],
  ])('%s', async (_, text) => {
    await expect(attempt(text)).resolves.toBeDefined();
  });
});

describe('the functions that run with rights of others', () => {
  it('belong to a role that cannot log in', async () => {
    const { rows } = await database.admin.query(
      `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where nspname in ('console', 'public') and prosecdef and proowner <> 'regie_owner'::regrole`,
    );
    expect(rows).toEqual([]);
  });

  it('have a fixed search path, so that nobody can put a table of their own in the way', async () => {
    const { rows } = await database.admin.query(
      `select proname::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where nspname in ('console', 'public') and prosecdef
         and not exists (select from unnest(proconfig) as c where c like 'search_path=%')`,
    );
    expect(rows).toEqual([]);
  });

  it('are not open to everybody', async () => {
    const { rows } = await database.admin.query(
      `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where (nspname = 'console' or prosecdef) and nspname in ('console', 'public')
         and has_function_privilege('public', p.oid, 'execute')`,
    );
    expect(rows).toEqual([]);
  });

  it('apply corrections as a role that can only do that', async () => {
    const { rows } = await database.admin.query(
      `select has_table_privilege('regie_owner', 'table_cards', 'insert') as insert_card,
        has_table_privilege('regie_owner', 'table_cards', 'delete') as delete_card,
        has_column_privilege('regie_owner', 'table_cards', 'id', 'update') as rename_card,
        has_table_privilege('regie_owner', 'app_transaction_log', 'update') as change_log,
        has_table_privilege('regie_owner', 'console.audit', 'update, delete, truncate') as change_audit,
        (select rolcanlogin from pg_roles where rolname = 'regie_owner') as log_in`,
    );
    expect(Object.values(rows[0] ?? { none: true })).toEqual([false, false, false, false, false, false]);
  });
});
