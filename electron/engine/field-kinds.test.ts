import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { type OddLine, runningWorld } from '../testing/running-world.ts';

/* Others of the kinds of field-data.test.ts: whatever the type, the form or the owner of a table. */
const world = runningWorld();
const { run, order, found } = world;
const LOG = 'app_transaction_log';
const types = 'log_changed types app_transaction_log';

const LINES: readonly OddLine[] = [
  {
    odd: 'statuses and types of an enum',
    does: async () => {
      await run(
        `create type word as enum ('completed', 'failed', 'bar_order', 'checkpoint_recharge', 'manual_correction')`,
      );
      await run(
        `alter table ${LOG} alter status type word using status::word, alter transaction_type type word using transaction_type::word`,
      );
      await run(`create cast (text as word) with inout as implicit`);
    },
    after: 'look',
    names: [types],
  },
  {
    odd: 'the log is a view on a table of another name',
    does: () =>
      run(
        `alter table ${LOG} rename to orders; create view ${LOG} as select * from orders; grant select on ${LOG} to regie_console; grant select, insert on ${LOG} to regie_owner`,
      ),
    after: 'look',
  },
  {
    odd: 'the log is a partition of another one by now',
    does: () =>
      run(`alter table ${LOG} rename to orders_1;
        create table ${LOG} (like orders_1 including defaults) partition by range (log_id);
        alter table ${LOG} attach partition orders_1 for values from (minvalue) to (maxvalue);
        grant select on ${LOG}, orders_1 to regie_console; grant select, insert on ${LOG} to regie_owner`),
    after: 'look',
  },
  {
    odd: 'the log is put away and a new one begins',
    does: () =>
      run(`alter table ${LOG} rename to old_orders; create table ${LOG} (like old_orders including all);
        grant select on ${LOG} to regie_console; grant select, insert on ${LOG} to regie_owner`),
    after: 'look',
  },
  {
    odd: 'the log is rewritten as it is',
    does: () => run(`vacuum full ${LOG}`),
    after: 'look',
    never: /^log_changed emptied/,
  },
  {
    odd: 'amounts as money, details as text that is no JSON, times as milliseconds',
    does: async () => {
      await run(
        `alter table ${LOG} alter amount_involved type money, alter details type text, alter timestamp drop default`,
      );
      await run(`alter table ${LOG} alter timestamp type bigint using (extract(epoch from timestamp) * 1000)::bigint`);
      await run(`alter table ${LOG} alter timestamp set default (extract(epoch from now()) * 1000)::bigint`);
      await order(', details', `'B', 'bar_order', 'completed', 1, 50, 49, '{broken'`);
    },
    after: 'look',
    names: [types],
  },
  {
    odd: 'numbers without end, and times before Christ',
    does: async () => {
      await run(`alter table ${LOG} alter amount_involved type numeric, alter new_balance type numeric`);
      await order('', `'B', 'bar_order', 'completed', 'Infinity', 50, '-Infinity'`);
      await order(
        ', timestamp, details',
        `'B', 'bar_order', 'failed', 1, 50, 50, '4713-01-01 BC', '{"point_of_sale": "Bar BC"}'`,
      );
    },
    after: 'look',
    names: ['rows_set_aside amount_not_a_number transactions', 'wrong_clock Bar BC'],
  },
  {
    odd: 'ids that are numeric, and go down',
    does: async () => {
      await run(`alter table ${LOG} alter log_id type numeric`);
      await run(`alter sequence ${LOG}_log_id_seq increment by -1 maxvalue 900000 restart with 900000`);
      await order('', `'B', 'bar_order', 'completed', 1, 50, 49`, 'from generate_series(1, 3)');
    },
    after: 'look',
  },
  {
    odd: 'ids beyond what a number holds, in both logs',
    does: async () => {
      await run(
        `select setval('${LOG}_log_id_seq', 7301234567890123456), setval('nfc_scan_log_scan_log_id_seq', 7301234567890123456)`,
      );
      await run(
        `insert into nfc_scan_log (card_id_scanned, scan_status) select 'B', 'success' from generate_series(1, 3)`,
      );
      await order('', `'B', 'bar_order', 'failed', 2, 50, 48`);
    },
    besides: () => found('B'),
  },
  {
    odd: 'cards of fixed width with a rule of their own, and a generated column',
    does: () =>
      run(`create domain card_no as varchar(64) check (length(value) > 0);
        alter table table_cards alter id type card_no;
        alter table table_cards add cents bigint generated always as ((amount * 100)::bigint) stored;
        alter table ${LOG} add happened timestamptz generated always as (timestamp) stored`),
    after: 'look',
  },
  {
    odd: 'texts that turn, join and break lines, and details that nest and weigh',
    does: async () => {
      await order(
        ', details, client_request_id',
        `E'04\\u202e\\u200b\\ufffe\\u2028', E'bar\\u0000'::text, 'completed', 1, 50, 49, '{}', 'x'`.replace(
          '\\u0000',
          '',
        ),
      );
      await run(`insert into ${LOG} (card_id, transaction_type, status, amount_involved, details)
        values ('B', 'bar_order', 'completed', 1, (repeat('[', 5000) || repeat(']', 5000))::jsonb),
          ('B', 'bar_order', 'completed', 1, jsonb_build_object('point_of_sale', repeat('x', 8000000)))`);
    },
  },
  {
    odd: 'settings that an administrator put on the database',
    does: async () => {
      const { database, user } = world.database.consoleSettings;
      for (const setting of [
        `datestyle = 'SQL, DMY'`,
        `intervalstyle = 'sql_standard'`,
        `bytea_output = 'escape'`,
        `extra_float_digits = -15`,
        `default_transaction_isolation = 'serializable'`,
        `standard_conforming_strings = off`,
        `client_encoding = 'LATIN1'`,
        `search_path = 'nowhere'`,
        `statement_timeout = '1ms'`,
        `lock_timeout = '1ms'`,
        `idle_in_transaction_session_timeout = '1ms'`,
        `work_mem = '64kB'`,
        `row_security = off`,
        `timezone = 'Asia/Kathmandu'`,
        `lc_messages = 'C'`,
        `transaction_timeout = '500ms'`,
        `quote_all_identifiers = on`,
        `default_tablespace = ''`,
        `backslash_quote = on`,
      ]) {
        await run(`alter database ${database} set ${setting}`);
      }
      await run(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = current_database()`,
        [user],
      );
    },
    never: /^(log_changed|wrong_clock|rows_set_aside)/,
  },
];

describe('other things of the kinds that the field puts into the database', () => {
  it.each(LINES)('$odd', (line) => world.holds(line));

  it('a log that loses the status of its rows is a critical alert, and is read again when that is mended', async () => {
    await world.begin();
    await run(`alter table ${LOG} rename status to state`);
    world.forward(60_000);
    await eventually(async () => expect(await world.named()).toContain('log_changed columns app_transaction_log'));
    const { rows } = await run(`select severity from monitoring_events where detection_algorithm = 'log_changed'`);
    expect(rows).toEqual([{ severity: 'CRITICAL' }]);
    await run(`insert into ${LOG} (card_id, transaction_type, state, amount_involved, previous_balance, new_balance)
      values ('A', 'bar_order', 'failed', 5, 50, 45)`);
    world.forward(60_000);
    await eventually(async () => expect(await world.health()).toBe('CRITICAL'));
    await run(`alter table ${LOG} rename state to status`);
    world.forward(60_000);
    await found('A');
    expect(world.engine.status().breaker.state).toBe('closed');
  });
});
